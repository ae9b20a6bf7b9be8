/**
 * A DICOM person name as people write it: "Yamada^Tarou=山田^太郎=やまだ^たろう" is "Yamada, Tarou (山田 太郎)".
 * Components are family, given, middle, prefix and suffix; groups are alphabetic, ideographic and phonetic, of
 * which the last repeats the first (PS3.5, 6.2.1).
 * @returns the name itself where it has no components; "" where it holds none but separators
 */
export function readablePersonName(personName: string): string {
  const [alphabetic = "", ideographic = ""] = personName.split("=");
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = components(alphabetic);
  const fore = [prefix, given, middle].filter(Boolean).join(" ");
  const written = [family, fore, suffix].filter(Boolean).join(", ");
  const native = components(ideographic).filter(Boolean).join(" ");
  if (written === "") return native;
  return native === "" ? written : `${written} (${native})`;
}

const components = (group: string): string[] => group.split("^").map((component) => component.trim());
