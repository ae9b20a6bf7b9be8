/**
 * Why an instance was not stored, or not as it was sent, in words.
 * C-STORE statuses (PS3.4 table B.2-1) and STOW-RS reasons (PS3.18 annex I.2) share their numbers.
 */
export function describeReason(code: number | undefined): string {
  if (code === undefined) return "The archive gives no reason.";
  const hex = `0x${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `${sentence(code)} (${hex})`;
}

const sentences: readonly [(code: number) => boolean, string][] = [
  [(code) => code === 0xa702, "The archive could not send its instances, perhaps for their encoding."],
  [(code) => code >= 0xa700 && code <= 0xa7ff, "The archive is out of resources, often of disk space."],
  [(code) => code === 0xa801, "The archive does not know this workstation's title as a destination."],
  [(code) => code >= 0xa900 && code <= 0xa9ff, "The data set does not match its SOP class."],
  [(code) => code >= 0xc000 && code <= 0xcfff, "The archive cannot understand the data set."],
  [(code) => code === 0xc409, "The instance conflicts with one that the archive has."],
  [(code) => code === 0x0110, "The archive failed while it stored the instance."],
  [(code) => code === 0x0111, "The archive has this instance already."],
  [(code) => code === 0x0117, "The instance's UID is not valid."],
  [(code) => code === 0x0122, "The archive does not take this kind of object."],
  [(code) => code === 0x0124, "The archive does not allow it."],
  [(code) => code === 0x0211, "The archive does not know this operation."],
  [(code) => code === 0xb000, "The archive changed some attributes."],
  [(code) => code === 0xb006, "The archive discarded some attributes."],
  [(code) => code === 0xb007, "The archive stored it although it does not match its SOP class."],
];

const sentence = (code: number): string =>
  sentences.find(([matches]) => matches(code))?.[1] ?? "The archive refused it.";
