import { heartAt } from "./heart";
import { latticeNoise, randomStream } from "./noise";
import { depthBelowSkin, thoraxTissueAt } from "./thorax";

/** How the phantom is scanned. */
export interface CineProtocol {
  rows: number;
  columns: number;
  spacingMm: number;
  /** Middle of each slice, in mm from the mitral valve towards the apex. */
  slicePositionsMm: number[];
  sliceThicknessMm: number;
  phases: number;
  /** Standard deviation of the noise in each of the two receiver channels, in stored values. */
  noise: number;
  /** Stored value of blood where the coil's sensitivity is 1. */
  bloodValue: number;
  seed: number;
}

/** One picture of the cine with its truth. */
export interface CineFrame {
  slice: number;
  phase: number;
  /** Stored values, 12 bits, rows x columns. */
  pixels: Uint16Array;
  /** 1 where at least half of the pixel's volume lies in the left ventricle's cavity. */
  cavity: Uint8Array;
}

/** Points at which each pixel's volume is looked up: across, down, and through the slice. */
const supersampling = { inPlane: 3, through: 3 };
/** Where the left ventricle's axis lies, in mm from the picture's centre. */
const heartCentre = { u: 6, v: -4 };
/** The scanner blanks what lies outside of this share of the half-width, where its gradients bend the picture. */
const fieldOfViewRadius = 0.9;

/** Sensitivity of the surface coil: high below the skin of the chest, low at the heart. */
function coilSensitivity(u: number, v: number): number {
  const depth = Math.max(0, depthBelowSkin(u, v));
  const anterior = 1 / (1 + Math.exp((u + v * 0.6 + 10) / 30));
  return (
    (0.75 + 3.2 * Math.exp(-depth / 26) * (0.35 + anterior)) * (1 + 0.08 * latticeNoise(u / 70, v / 70, 61))
  );
}

interface Volume {
  /** Mean signal of water minus that of fat, as magnitude, before coil and noise. */
  signal: Float32Array;
  cavity: Float32Array;
}

/** Averages the phantom over each pixel's volume: this is where partial volume comes from. */
function sampleVolumes(protocol: CineProtocol, slice: number, phase: number): Volume {
  const { rows, columns, spacingMm, sliceThicknessMm } = protocol;
  const heart = heartAt(phase / protocol.phases);
  const middle = protocol.slicePositionsMm[slice]!;
  const signal = new Float32Array(rows * columns);
  const cavity = new Float32Array(rows * columns);
  const { inPlane, through } = supersampling;
  const share = 1 / (inPlane * inPlane * through);
  const offset = (index: number, count: number): number => (index + 0.5) / count - 0.5;
  const radiusPx = (fieldOfViewRadius * Math.min(rows, columns)) / 2;

  for (let pixel = 0; pixel < signal.length; pixel++) {
    const right = (pixel % columns) - (columns - 1) / 2;
    const down = Math.floor(pixel / columns) - (rows - 1) / 2;
    if (Math.hypot(right, down) > radiusPx) continue;
    let water = 0;
    let fat = 0;
    let inside = 0;
    for (let sample = 0; sample < inPlane * inPlane * through; sample++) {
      const u = (right + offset(sample % inPlane, inPlane)) * spacingMm - heartCentre.u;
      const v = (down + offset(Math.floor(sample / inPlane) % inPlane, inPlane)) * spacingMm - heartCentre.v;
      const w = middle + offset(Math.floor(sample / inPlane ** 2), through) * sliceThicknessMm;
      const tissue = heart.tissueAt(u, v, w) ?? thoraxTissueAt(u, v, w);
      const texture =
        tissue.texture === undefined
          ? 1
          : 1 +
            tissue.texture.strength *
              latticeNoise(u / tissue.texture.grainMm, v / tissue.texture.grainMm, slice * 100 + phase);
      water += tissue.water * texture;
      fat += tissue.fat * texture;
      if (heart.isInCavity(u, v, w)) inside++;
    }
    signal[pixel] = Math.abs(water - fat) * share;
    cavity[pixel] = inside * share;
  }
  return { signal, cavity };
}

/**
 * Scans the phantom at one slice and heart phase: partial volume by supersampling, the coil's uneven
 * sensitivity, and Rician noise (the magnitude of a complex signal with normal noise in both channels;
 * Gudbjartsson and Patz 1995).
 */
export function scanFrame(protocol: CineProtocol, slice: number, phase: number): CineFrame {
  const { rows, columns, spacingMm, noise, bloodValue } = protocol;
  const { signal, cavity } = sampleVolumes(protocol, slice, phase);
  const random = randomStream(protocol.seed + slice * protocol.phases + phase);
  const radiusPx = (fieldOfViewRadius * Math.min(rows, columns)) / 2;
  const pixels = new Uint16Array(rows * columns);
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const right = (pixel % columns) - (columns - 1) / 2;
    const down = Math.floor(pixel / columns) - (rows - 1) / 2;
    if (Math.hypot(right, down) > radiusPx) continue;
    const sensitivity = coilSensitivity(right * spacingMm - heartCentre.u, down * spacingMm - heartCentre.v);
    const real = signal[pixel]! * sensitivity * bloodValue + noise * random.normal();
    const imaginary = noise * random.normal();
    pixels[pixel] = Math.min(4095, Math.round(Math.hypot(real, imaginary)));
  }
  return { slice, phase, pixels, cavity: Uint8Array.from(cavity, (share) => (share >= 0.5 ? 1 : 0)) };
}
