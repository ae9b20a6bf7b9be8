import { createHmac } from "node:crypto";

/**
 * What stands in for identifiers under one secret: the same original always becomes the same replacement, and nobody
 * without the secret can compute one from the other.
 */
export class Pseudonyms {
  /** @param secret random bytes */
  constructor(private readonly secret: Uint8Array) {}

  #digest(purpose: string, original: string): Buffer {
    return createHmac("sha256", this.secret).update(`${purpose}\0${original}`).digest();
  }

  /**
   * A UID under 2.25 (PS3.5 B.2) made of a UUID of version 8 (RFC 9562 5.8). UIDs that DICOM itself registers mean
   * the same everywhere and stay.
   */
  uid(original: string): string {
    if (original.startsWith("1.2.840.10008.")) return original;
    const bytes = this.#digest("uid", original).subarray(0, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x80;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return `2.25.${BigInt(`0x${bytes.toString("hex")}`)}`;
  }

  /** Stands for a patient, as name and as ID: "SB-4F7A21C09B". */
  patient(key: string): string {
    return `SB-${this.#digest("patient", key).toString("hex").slice(0, 10).toUpperCase()}`;
  }

  /** By how many days a patient's dates are moved: into the past, by up to ten years. */
  shiftDays(key: string): number {
    return -(1 + (this.#digest("dates", key).readUInt32BE() % 3652));
  }
}
