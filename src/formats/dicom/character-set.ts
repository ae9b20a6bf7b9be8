import { convertBytes } from "dicom-character-set";

/** Spellings that occur and that the standard does not have (PS3.3 C.12.1.1.2). */
function correctSpelling(term: string): string {
  const trimmed = term.trim().toUpperCase();
  const number = /^ISO[-_ ]?IR[-_ ]?(\d+)$/.exec(trimmed)?.[1];
  if (number !== undefined) return `ISO_IR ${number}`;
  const extension = /^ISO[-_ ]?2022[-_ ]?IR[-_ ]?(\d+)$/.exec(trimmed)?.[1];
  return extension === undefined ? trimmed : `ISO 2022 IR ${extension}`;
}

/**
 * Decodes text by the data set's Specific Character Set (0008,0005), code extensions included.
 * @param characterSet its values joined by backslashes, or undefined where absent
 * @param vr "PN" for names: code extensions end at its delimiters as well
 * @returns Unicode text; where the character set is unknown or broken, UTF-8 if the bytes are valid UTF-8, else Latin-1
 */
export function decodeText(bytes: Uint8Array, characterSet: string | undefined, vr: string): string {
  const terms = characterSet?.split("\\").map(correctSpelling).join("\\");
  try {
    // The package reads `bytes.buffer` for code extensions: give it a Uint8Array proper, not a Buffer.
    return convertBytes(terms, new Uint8Array(bytes), { vr });
  } catch {
    return decodeUnlabelled(bytes);
  }
}

function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
