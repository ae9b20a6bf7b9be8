import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cropToMasks, type MaskPair } from "../src/core/metrics/crop";
import {
  averageSymmetricDistance,
  hausdorffDistance95,
  surfaceDistances,
} from "../src/core/metrics/surface-distances";
import type { Benchmark } from "./harness/benchmark";
import { byTurns, defaultRounds, timed } from "./harness/by-turns";
import { compared, type Figure } from "./harness/figure";
import { PythonPeer, pythonWith } from "./peers/python";

interface Distances {
  hd95: number;
  assd: number;
}

type Library = "scipy" | "monai";

/** A picture or a volume of two masks. */
interface Subject {
  shape: readonly [slices: number, rows: number, columns: number];
  spacing: readonly [slice: number, row: number, column: number];
}

const subjects: readonly Subject[] = [
  { shape: [1, 512, 512], spacing: [1, 1, 1] },
  { shape: [1, 2048, 2048], spacing: [1, 1, 1] },
  { shape: [128, 256, 256], spacing: [2, 1, 1] },
];

/** A disc or ball with a wavy surface: as large a boundary as an organ's. */
function wavyBall(
  { shape: [slices, rows, columns], spacing }: Subject,
  { shift, waves }: { shift: number; waves: number },
): Uint8Array {
  return Uint8Array.from({ length: slices * rows * columns }, (_, at) => {
    const x = (at % columns) - columns / 2 - shift;
    const y = (Math.floor(at / columns) % rows) - rows / 2 - shift;
    const z = slices === 1 ? 0 : (Math.floor(at / columns / rows) - slices / 2) * spacing[0];
    const radius = (columns / 3) * (1 + 0.1 * Math.sin(waves * Math.atan2(y, x)));
    return x * x + y * y + z * z < radius * radius ? 1 : 0;
  });
}

function measure(whole: MaskPair): Distances {
  const pair = cropToMasks(whole)!;
  const distances = surfaceDistances(pair.predicted, pair.reference, pair.grid);
  return { hd95: hausdorffDistance95(distances), assd: averageSymmetricDistance(distances) };
}

/** MONAI's lengths have 24 bits, and its percentile a place of 24 bits between two neighbours. */
function expectAgreement(library: Library, own: Distances, other: Distances): void {
  const near = { scipy: 1e-6, monai: 1e-4 }[library];
  const isSame = (["hd95", "assd"] as const).every((key) => Math.abs(own[key] - other[key]) < near);
  if (!isSame) throw new Error(`${library} finds ${JSON.stringify(other)}, we ${JSON.stringify(own)}.`);
}

async function measureSubject(
  subject: Subject,
  { peer, libraries, folder }: { peer: PythonPeer; libraries: readonly Library[]; folder: string },
): Promise<Figure[]> {
  const [slices, rows, columns] = subject.shape;
  const name = [rows, columns, ...(slices === 1 ? [] : [slices])].join(" x ");
  const predicted = wavyBall(subject, { shift: 0, waves: 9 });
  const reference = wavyBall(subject, { shift: columns / 60, waves: 7 });
  const files = { predicted: join(folder, `${name}-a`), reference: join(folder, `${name}-b`) };
  writeFileSync(files.predicted, predicted);
  writeFileSync(files.reference, reference);
  const [shape, spacing] = [subject.shape, subject.spacing].map((each) =>
    slices === 1 ? each.slice(1) : each,
  );
  await peer.call("give", { id: name, ...files, shape, spacing });
  const ask = (library: Library) =>
    peer.call("measure", { id: name, library }) as Promise<Distances & { ms: number }>;
  const pair: MaskPair = { predicted, reference, grid: { slices, rows, columns, spacing: subject.spacing } };
  for (const library of libraries) expectAgreement(library, measure(pair), await ask(library));
  const samples = await byTurns(
    {
      own: () => timed(() => measure(pair)),
      scipy: async () => (await ask("scipy")).ms,
      ...(libraries.includes("monai") && { monai: async () => (await ask("monai")).ms }),
    },
    { ...defaultRounds, least: 5 },
  );
  return libraries.map((library) =>
    compared(
      name,
      [
        { name: "HD95 and ASSD", samples: samples.own },
        { name: { scipy: "SciPy", monai: "MONAI" }[library], samples: samples[library] },
      ],
      { budget: { atMost: 1 } },
    ),
  );
}

export const metrics: Benchmark = {
  id: "metrics",
  title: "Metrics: distances between masks, beside SciPy and MONAI",
  async run({ folder, tell }) {
    const python = pythonWith("scipy, monai") ?? pythonWith("scipy");
    if (python === undefined) {
      return {
        figures: [],
        notes: ["SciPy is not on this machine (Debian: python3-scipy; or SLICEBENCH_PYTHON)."],
      };
    }
    const peer = new PythonPeer(python, "distance_peer.py");
    try {
      const versions = (await peer.call("start")) as { scipy: string; monai: string | null };
      const libraries: Library[] = versions.monai === null ? ["scipy"] : ["scipy", "monai"];
      const figures: Figure[] = [];
      for (const subject of subjects) {
        tell(subject.shape.join(" x "));
        figures.push(...(await measureSubject(subject, { peer, libraries, folder })));
      }
      const monai =
        versions.monai === null
          ? "MONAI is not on this machine (.ci/run installs it)"
          : `MONAI ${versions.monai}`;
      return {
        figures,
        notes: [
          `SciPy ${versions.scipy}, ${monai}. All give the same distances: within 1e-6, MONAI's single precision within 1e-4.`,
          "The masks of SciPy are cut down to their box as ours; MONAI does so itself, once for each of the two metrics.",
        ],
      };
    } finally {
      peer.close();
    }
  },
};
