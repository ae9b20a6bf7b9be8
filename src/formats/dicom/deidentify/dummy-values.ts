import { textValue } from "../element-writer";

const dummyTexts: Readonly<Record<string, string>> = {
  DA: "19000101",
  DT: "19000101000000",
  TM: "000000",
  AS: "000Y",
  IS: "0",
  DS: "0",
  UR: "about:blank",
  UI: "2.25.0",
};

/** A value that says nothing and that the VR allows (PS3.15 E.1.1, action D). */
export function dummyValue(vr: string, length: number): { bytes: Uint8Array; shown: string } {
  if (/^O|^UN$/.test(vr)) return { bytes: new Uint8Array(2), shown: "2 bytes" };
  if (/^(US|SS|UL|SL|FL|FD|AT|SV|UV)$/.test(vr)) return { bytes: new Uint8Array(length), shown: "0" };
  const text = dummyTexts[vr] ?? "REMOVED";
  return { bytes: textValue(text, vr), shown: text };
}
