import { z } from "zod";
import { type FoundStudy, isUid } from "../core/archive";
import { badAnswer } from "./archive";

/** Attributes of QIDO-RS and STOW-RS answers by tag (PS3.18 annex F). */
const attributesSchema = z.record(
  z.string(),
  z.object({ vr: z.string().optional(), Value: z.array(z.unknown()).optional() }),
);
export type Attributes = z.infer<typeof attributesSchema>;

/** Throws ARCHIVE_ANSWER. */
export function parseList(text: string): Attributes[] {
  return parse(text, z.array(attributesSchema));
}

/** Throws ARCHIVE_ANSWER. */
export function parseObject(text: string): Attributes {
  return parse(text, attributesSchema);
}

function parse<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badAnswer("it is not JSON", cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw badAnswer("it is not DICOM JSON", parsed.error);
  return parsed.data;
}

export function textOf(attributes: Attributes, tag: string): string | undefined {
  const value = attributes[tag]?.Value?.[0];
  const text = typeof value === "object" && value !== null ? personName(value) : value;
  if (typeof text === "number") return String(text);
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

/** "Yamada^Tarou=山田^太郎" of its groups. */
function personName(value: object): string {
  const groups = ["Alphabetic", "Ideographic", "Phonetic"].map((group) => {
    const text = (value as Record<string, unknown>)[group];
    return typeof text === "string" ? text : "";
  });
  return groups.join("=").replace(/=+$/, "");
}

/** Numbers come as numbers or as text. */
export function numberOf(attributes: Attributes, tag: string): number | undefined {
  const text = textOf(attributes, tag);
  const number = Number(text);
  return text === undefined || !Number.isFinite(number) ? undefined : number;
}

export function itemsOf(attributes: Attributes, tag: string): Attributes[] {
  const parsed = z.array(attributesSchema).safeParse(attributes[tag]?.Value ?? []);
  return parsed.success ? parsed.data : [];
}

/** Undefined where the archive names no UID that can be asked for. */
export function studyOf(attributes: Attributes): FoundStudy | undefined {
  const studyInstanceUid = textOf(attributes, "0020000D");
  if (studyInstanceUid === undefined || !isUid(studyInstanceUid)) return undefined;
  const modalities = attributes["00080061"]?.Value ?? [];
  return {
    studyInstanceUid,
    patientName: textOf(attributes, "00100010"),
    patientId: textOf(attributes, "00100020"),
    birthDate: textOf(attributes, "00100030"),
    studyDate: textOf(attributes, "00080020"),
    modalities: modalities.filter((value) => typeof value === "string" && value !== "") as string[],
    description: textOf(attributes, "00081030"),
    accessionNumber: textOf(attributes, "00080050"),
    seriesCount: numberOf(attributes, "00201206"),
    instanceCount: numberOf(attributes, "00201208"),
  };
}
