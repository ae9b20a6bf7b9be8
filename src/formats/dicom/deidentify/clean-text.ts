import imagingWords from "./imaging-words.json";

/** Words of the coded concepts of PS3.16 and of common sequences; written by scripts/deidentification_tables.py. */
const known: ReadonlySet<string> = new Set(imagingWords.split(" "));

/** A sequence or contrast (T1w, B0), a size or a place (5mm, C7, L4), a count. Four digits could be a year. */
const technical = /^(?:[a-z]{1,2}\d{1,3}[a-z]{0,3}|\d{1,3}(?:mm|cm|ms|s|hz|t|d|kv|x|keV|min|ml)?)$/i;

/**
 * Cleans a descriptor (PS3.15 E.3.5): what stays is only what is known to be a word of imaging, and no word of those
 * that identify somebody in the same file.
 * @param identifying words in lower case
 */
export function cleanText(text: string, identifying: ReadonlySet<string>): string {
  const words = text.split(/[^\p{L}\p{N}]+/u);
  const isNumber = (index: number) => /^\d+$/.test(words[index] ?? "");
  return words
    .filter((word, index) => {
      const lower = word.toLowerCase();
      if (identifying.has(lower)) return false;
      // One number after the other is a telephone, a date or an identifier.
      if (isNumber(index) && (isNumber(index - 1) || isNumber(index + 1))) return false;
      return known.has(lower) || technical.test(word);
    })
    .join(" ");
}

/** The words that a person's name, an identifier or an address is made of; shorter ones say nothing. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);
}
