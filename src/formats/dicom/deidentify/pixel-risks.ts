import type { ParsedDicom } from "../data-set";
import { readCode, readItems, readUnsignedShort } from "../elements";
import { tags } from "../tags";

/** Kinds of pictures in which names and dates are drawn more often than not. */
const drawnUpon: Readonly<Record<string, string>> = {
  US: "ultrasound",
  IVUS: "intravascular ultrasound",
  ES: "endoscopy",
  XC: "photography",
  GM: "microscopy",
  SC: "secondary capture",
  OT: "another device",
};

const secondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

/**
 * Says where a picture itself may show whose it is: text burned into its pixels (PS3.15 E.3.1). De-identification
 * leaves the pixels alone, so a person has to look.
 */
export function pixelRisks({ dataSet, pixelData, sopClassUid }: ParsedDicom): string[] {
  if (pixelData === undefined) return [];
  const risks: string[] = [];
  const burnedIn = readCode(dataSet, tags.burnedInAnnotation);
  if (burnedIn === "YES") risks.push("The file says that text is burned into its pictures. Look at them.");
  else if (burnedIn !== "NO") {
    const why = likelyOrigin(dataSet, sopClassUid);
    if (why !== undefined) risks.push(`Text may be burned into pictures of ${why}. Look at them.`);
  }
  // Overlays once lay in unused bits of the pixels (retired, PS3.5 8.1.2), which stay as they are.
  const isEmbedded = Array.from({ length: 16 }, (_, plane) => (plane * 2).toString(16).padStart(2, "0")).some(
    (plane) => (readUnsignedShort(dataSet, `x60${plane}0100`) ?? 1) > 1,
  );
  if (isEmbedded) risks.push("An overlay lies in unused bits of the pixels and was left there. Look at it.");
  return risks;
}

function likelyOrigin(dataSet: ParsedDicom["dataSet"], sopClassUid = ""): string | undefined {
  const modality = readCode(dataSet, tags.modality) ?? "";
  if (modality in drawnUpon) return drawnUpon[modality];
  if (sopClassUid.startsWith(secondaryCapture)) return drawnUpon.SC;
  if (readCode(dataSet, "x00080064") !== undefined) return "converted films and screens";
  const imageType = readCode(dataSet, "x00080008")?.split("\\") ?? [];
  const isSecondary =
    imageType[1] === "SECONDARY" && readItems(dataSet, tags.perFrameFunctionalGroups).length === 0;
  return isSecondary ? "a secondary image type" : undefined;
}
