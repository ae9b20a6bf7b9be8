/** The part of dicom-character-set that is used; the package brings no types. */
declare module "dicom-character-set" {
  export function convertBytes(
    specificCharacterSet: string | undefined,
    bytes: Uint8Array,
    options?: { vr?: string },
  ): string;
}
