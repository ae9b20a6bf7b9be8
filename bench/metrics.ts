import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cropToMasks } from "../src/core/metrics/crop";
import {
  averageSymmetricDistance,
  hausdorffDistance,
  surfaceDistances,
} from "../src/core/metrics/surface-distances";
import type { Benchmark } from "./harness/benchmark";
import { byTurns, timed } from "./harness/by-turns";
import { compared, type Figure } from "./harness/figure";
import { PythonPeer, pythonWith } from "./peers/python";

interface Distances {
  hausdorff: number;
  assd: number;
}

/** A disc with a wavy edge: as long a boundary as an organ's. */
function wavyDisc(side: number, { shift, waves }: { shift: number; waves: number }): Uint8Array {
  const centre = side / 2 + shift;
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) - centre, Math.floor(at / side) - centre];
    const radius = (side / 3) * (1 + 0.1 * Math.sin(waves * Math.atan2(y, x)));
    return x * x + y * y < radius * radius ? 1 : 0;
  });
}

function measure(predicted: Uint8Array, reference: Uint8Array, side: number): Distances {
  const grid = { slices: 1, rows: side, columns: side, spacing: [1, 1, 1] as [number, number, number] };
  const pair = cropToMasks({ predicted, reference, grid })!;
  const distances = surfaceDistances(pair.predicted, pair.reference, pair.grid);
  return { hausdorff: hausdorffDistance(distances), assd: averageSymmetricDistance(distances) };
}

function expectAgreement(own: Distances, other: Distances): void {
  const isSame = (["hausdorff", "assd"] as const).every((key) => Math.abs(own[key] - other[key]) < 1e-6);
  if (!isSame) throw new Error(`SciPy finds ${JSON.stringify(other)}, we ${JSON.stringify(own)}.`);
}

async function measureSide(side: number, peer: PythonPeer, folder: string): Promise<Figure> {
  const predicted = wavyDisc(side, { shift: 0, waves: 9 });
  const reference = wavyDisc(side, { shift: side / 60, waves: 7 });
  const files = { predicted: join(folder, `${side}-a`), reference: join(folder, `${side}-b`) };
  writeFileSync(files.predicted, predicted);
  writeFileSync(files.reference, reference);
  const id = String(side);
  await peer.call("give", { id, ...files, rows: side, columns: side });
  const askPeer = () => peer.call("measure", { id }) as Promise<Distances & { ms: number }>;
  expectAgreement(measure(predicted, reference, side), await askPeer());
  const samples = await byTurns({
    own: () => timed(() => measure(predicted, reference, side)),
    scipy: async () => (await askPeer()).ms,
  });
  return compared(
    `${side} x ${side}`,
    [
      { name: "Hausdorff distance and ASSD", samples: samples.own },
      { name: "SciPy", samples: samples.scipy },
    ],
    { budget: { atMost: 1 } },
  );
}

export const metrics: Benchmark = {
  id: "metrics",
  title: "Metrics: distances between masks, beside SciPy",
  async run({ folder, tell }) {
    const python = pythonWith("scipy");
    if (python === undefined) {
      return {
        figures: [],
        notes: ["SciPy is not on this machine (Debian: python3-scipy; or SLICEBENCH_PYTHON)."],
      };
    }
    const peer = new PythonPeer(python, "scipy_peer.py");
    try {
      const { version } = (await peer.call("start")) as { version: string };
      const figures: Figure[] = [];
      for (const side of [512, 2048]) {
        tell(`${side} x ${side}`);
        figures.push(await measureSide(side, peer, folder));
      }
      return { figures, notes: [`SciPy ${version}; both give the same distances within 1e-6.`] };
    } finally {
      peer.close();
    }
  },
};
