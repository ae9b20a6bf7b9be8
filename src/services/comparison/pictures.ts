import type { ComparisonCase } from "../../core/comparison/record";
import type { Frame } from "../../core/image/frame";
import type { LabelMap } from "../../core/mask/label-map";
import { openImage, readOwner } from "../../formats/open";
import type { InputFrame, InputSeries, ScannedInputs } from "../inputs";
import { readLabelVolume } from "../label-volumes";
import { relativeInput } from "../output-names";
import { findReferenceBeside, loadReference, type LoadedReference } from "../references";

/** What a report draws of a case beside the candidates' label maps. */
export interface CasePictures {
  /** The picture itself; undefined where there is none, as of label maps alone. */
  frame(of: ComparisonCase): Promise<Frame | undefined>;
  reference(of: ComparisonCase): Promise<LabelMap | undefined>;
  /** What a candidate marked, where that is in no file of the record's folder. */
  answer?(of: ComparisonCase, model: string): Promise<LabelMap>;
  /** Names and numbers of the persons whose pictures these are: paths may hold them. */
  persons(): Promise<string[]>;
}

/** The pictures and references of what was scanned, read again where they are drawn. */
export function picturesOf({
  inputs,
  references,
  objects,
}: {
  inputs: ScannedInputs;
  references?: readonly string[];
  objects: boolean;
}): CasePictures {
  const frames = new Map<string, { frame: InputFrame; series: InputSeries; position: number }>();
  for (const [index, series] of inputs.series.entries()) {
    for (const [position, frame] of series.frames.entries())
      frames.set(`${index}/${frame.frame}/${relativeInput(frame)}`, { frame, series, position });
  }
  const find = ({ series, frame, input }: ComparisonCase) => frames.get(`${series}/${frame}/${input}`)!;
  const loaded = new Map<InputSeries, Promise<LoadedReference | undefined>>();
  const load = async ({ frames: all }: InputSeries): Promise<LoadedReference | undefined> => {
    if (references !== undefined) return loadReference(all, references, { objects });
    const beside = await findReferenceBeside(all);
    return beside === undefined ? undefined : loadReference(all, [beside], { objects });
  };
  return {
    async frame(of) {
      const { file, frame } = find(of).frame;
      return (await openImage(file)).readFrame(frame);
    },
    async reference(of) {
      if (of.referenceSha256 === undefined) return undefined;
      const { series, position } = find(of);
      const reference = loaded.get(series) ?? load(series);
      loaded.set(series, reference);
      return (await reference)?.labelMaps.find(({ frame }) => frame === position)?.labelMap;
    },
    async persons() {
      const owners = await Promise.all(inputs.series.map(({ frames: [first] }) => readOwner(first!.file)));
      return [
        ...new Set(
          owners.flatMap(({ patientName, patientId }) =>
            [patientName, patientId].flatMap((name) => name ?? []),
          ),
        ),
      ];
    },
  };
}

/** Of label maps alone: the references on a black ground. Volumes have no picture. */
export function picturesOfReferences(
  files: ReadonlyMap<string, { file: string }>,
  written: { as: number; value: number } | undefined,
): CasePictures {
  const read = async ({ input }: ComparisonCase): Promise<LabelMap> => {
    const { rows, columns, values } = await readLabelVolume(files.get(input.toLowerCase())!.file);
    return {
      rows,
      columns,
      values:
        written === undefined ? values : values.map((value) => (value === written.as ? written.value : 0)),
    };
  };
  return {
    frame: ({ rows, columns, slices, spacingMm: [row, column] = [] }) =>
      Promise.resolve(
        slices === undefined
          ? blankFrame(rows, columns, row === undefined || column === undefined ? undefined : [row, column])
          : undefined,
      ),
    reference: read,
    persons: () => Promise.resolve([]),
  };
}

function blankFrame(rows: number, columns: number, spacingMm: [number, number] | undefined): Frame {
  return {
    rows,
    columns,
    samplesPerPixel: 1,
    pixels: new Uint8Array(rows * columns),
    meaning: {
      photometricInterpretation: "MONOCHROME2",
      bitsStored: 8,
      rescaleSlope: 1,
      rescaleIntercept: 0,
      windows: [{ center: 128, width: 256 }],
      voiFunction: "LINEAR",
    },
    geometry: spacingMm === undefined ? {} : { spacingMm },
  };
}
