import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { toWireError } from "../../src/core/errors";
import { parseComparisonRecord } from "../../src/core/comparison/record";
import { parseModelCard } from "../../src/core/model-card";
import { unpackZip } from "../../src/formats/zip-archive";
import { describeFile } from "../../src/services/info";
import { readBroughtModel } from "../../src/services/model-file";
import describeNetwork from "../../src/services/network-worker";
import { scanInputs } from "../../src/services/scan-inputs";
import { parseSegmentationRecord } from "../../src/services/segmentation-record";
import { openHost, type TestHost } from "../open-host";
import type { FuzzKindName } from "./kinds";

/** Says what the program makes of a file: what it is, or the code of the error. */
type Look = (file: string) => Promise<string>;

const lookAtPicture: Look = async (file) => {
  const info = await describeFile(file, { pixels: true });
  if (!info.ok) return info.error.code;
  return info.kind === "image" && info.sha256FirstFrame !== undefined ? "image" : info.kind;
};

/** Unpacked two folders down, so that a name that climbs would show. */
const lookAtArchive: Look = async (file) => {
  const around = `${file}-around`;
  const within = join(around, "below");
  mkdirSync(within, { recursive: true });
  const before = readdirSync(dirname(file)).length;
  try {
    const count = await unpackZip(file, within);
    const { series } = await scanInputs([within]);
    return series.length > 0 ? "images" : count > 0 ? "no images" : "nothing";
  } finally {
    const strangers = readdirSync(around).length > 1 || readdirSync(dirname(file)).length > before;
    rmSync(around, { recursive: true });
    // eslint-disable-next-line no-unsafe-finally -- Whatever it was, it is worse now.
    if (strangers || existsSync("/outside.dcm")) throw new Error("The archive wrote outside of its folder.");
  }
};

const lookAtNetwork: Look = async (file) => {
  const { proposal } = await readBroughtModel(file);
  const { layout } = proposal.card.input;
  const answer = await describeNetwork({ kind: "model", file, layout, size: { rows: 64, columns: 64 } });
  return "error" in answer ? answer.error.code : "network";
};

let testHost: TestHost | undefined;

/** The answer of the host: everything but a 5xx, which is a defect and not the page's fault. */
const lookAtRequest: Look = async (file) => {
  let asked: { method?: unknown; path?: unknown; body?: unknown } | null;
  try {
    asked = JSON.parse(readFileSync(file, "utf8")) as typeof asked;
  } catch {
    return "no JSON";
  }
  const { method, path, body } = asked ?? {};
  const isRequest = ["POST", "PATCH", "PUT"].includes(String(method)) && /^\/api\/[\w/]+$/.test(String(path));
  if (!isRequest) return "no request";
  testHost ??= openHost();
  const answer = await testHost.ask(String(method), String(path), body ?? {});
  if (answer.status < 500) return String(answer.status);
  return ((await answer.json()) as { error: { code: string } }).error.code;
};

const readers = {
  card: (text: string, file: string) => parseModelCard(text, file),
  segmentation: (text: string, file: string) => parseSegmentationRecord(text, file),
  comparison: (text: string, file: string) => parseComparisonRecord(text, file),
};

const lookAtDocument: Look = (file) => {
  const kind = file.split(".").at(-2)!;
  if (kind === "request") return lookAtRequest(file);
  readers[kind as keyof typeof readers](readFileSync(file, "utf8"), file);
  return Promise.resolve(kind);
};

const looks: Readonly<Record<FuzzKindName, Look>> = {
  dicom: lookAtPicture,
  png: lookAtPicture,
  jpeg: lookAtPicture,
  tiff: lookAtPicture,
  nifti: lookAtPicture,
  zip: lookAtArchive,
  onnx: lookAtNetwork,
  json: lookAtDocument,
};

/** As the kind's reader does; an error is its code, INTERNAL where it has none. */
export async function lookAt(
  kind: FuzzKindName,
  file: string,
): Promise<{ outcome: string; message?: string }> {
  try {
    return { outcome: await looks[kind](file) };
  } catch (thrown) {
    const { code, message } = toWireError(thrown, file);
    return { outcome: code, ...(code === "INTERNAL" && { message }) };
  }
}
