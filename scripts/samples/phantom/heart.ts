import { latticeNoise } from "./noise";
import { type Tissue, tissues } from "./tissue";

/**
 * A beating heart as geometry, in a short-axis frame: u right and v down in the picture, w along the long
 * axis from the mitral valve towards the apex, all in mm, the left ventricle's axis at u = v = 0.
 */

/** Dimensions of the left ventricle at end-diastole, of an adult of normal size. */
const leftVentricle = { radius: 25, length: 88, wall: 8.5 };
/** The base moves this far towards the apex at end-systole, in mm. */
const longitudinalShortening = 13;
/** The radius shrinks by this share at end-systole. */
const radialShortening = 0.3;

/** The two papillary muscles: angle around the axis (0 = right in the picture, clockwise) and radius in mm. */
const papillaries = [
  { angle: -0.75, radius: 5.2 },
  { angle: 1.9, radius: 4.6 },
];

/** How contracted the heart is: 0 at end-diastole, 1 at end-systole (a third into the cycle). */
export function contractionAt(cycle: number): number {
  const systole = 0.36;
  const early = cycle < systole ? cycle / systole : (1 - cycle) / (1 - systole);
  return 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, early * 1.05));
}

export interface Heart {
  /** Whether the point lies in the left ventricle's cavity, papillary muscles and trabeculae included. */
  isInCavity(u: number, v: number, w: number): boolean;
  /** The heart's tissue at the point, or undefined outside of the heart and its fat. */
  tissueAt(u: number, v: number, w: number): Tissue | undefined;
}

/** The heart at one moment. @param cycle the share of the heartbeat since the R wave, 0 to 1 */
export function heartAt(cycle: number): Heart {
  const contraction = contractionAt(cycle);
  const base = contraction * longitudinalShortening;
  const length = leftVentricle.length - base;
  const radius = leftVentricle.radius * (1 - radialShortening * contraction);

  /** Radius of the cavity at this height and angle; 0 beyond the apex. */
  const endocardium = (w: number, angle: number): number => {
    const height = (w - base) / length;
    if (height >= 1) return 0;
    const round = radius * Math.sqrt(1 - Math.max(0, height) ** 2);
    return round * (1 + 0.045 * Math.cos(2 * angle + 0.7) + 0.025 * Math.cos(3 * angle - 0.4));
  };
  /** The muscle keeps its volume: its ring at each height has the area that it has at end-diastole, and more where shortened. */
  const epicardium = (w: number, inner: number): number => {
    const restInner = leftVentricle.radius * Math.sqrt(Math.max(0, 1 - (w / leftVentricle.length) ** 2));
    const ring = (restInner + leftVentricle.wall) ** 2 - restInner ** 2;
    return Math.sqrt(inner ** 2 + ring * (leftVentricle.length / length));
  };

  const isInPapillary = (u: number, v: number, w: number): boolean => {
    const height = (w - base) / length;
    if (height < 0.28 || height > 0.8) return false;
    return papillaries.some(({ angle, radius: thickness }) => {
      const distance = endocardium(w, angle) - thickness * 0.9;
      return (
        Math.hypot(u - distance * Math.cos(angle), v - distance * Math.sin(angle)) <
        thickness * Math.sqrt(Math.max(0, 1 - ((height - 0.54) / 0.28) ** 2))
      );
    });
  };

  /** Crescent around the septum: an ellipse on the picture's left, of which the left ventricle takes its part. */
  const rightVentricle = (u: number, v: number, w: number): number => {
    const height = (w - base) / length;
    const size = Math.sqrt(Math.max(0, 1 - Math.max(0, height / 0.92) ** 2)) * (1 - 0.16 * contraction);
    if (size < 0.15) return Infinity;
    return Math.hypot((u + 24) / (39 * size), (v + 4) / (33 * size));
  };

  return {
    isInCavity: (u, v, w) => Math.hypot(u, v) < endocardium(w, Math.atan2(v, u)),
    tissueAt: (u, v, w) => {
      const distance = Math.hypot(u, v);
      const angle = Math.atan2(v, u);
      const inner = endocardium(w, angle);
      if (distance < inner) {
        const isTrabecula = distance > inner * 0.84 && latticeNoise(angle * 5, w / 9, 11) > 0.35;
        return isTrabecula || isInPapillary(u, v, w) ? tissues.myocardium : tissues.blood;
      }
      const outer = epicardium(w, inner);
      if (inner > 0 && distance < outer) return tissues.myocardium;
      const right = rightVentricle(u, v, w);
      if (right < 0.92) {
        return latticeNoise(u / 5, v / 5, 23) > 0.62 ? tissues.myocardium : tissues.blood;
      }
      if (right < 1) return tissues.myocardium;
      // Fat fills the groove between the ventricles and covers the right one, thinly the left one.
      const groove = 3.5 + 3 * latticeNoise(angle * 1.5, w / 30, 31);
      return distance < outer + Math.max(1, groove) || right < 1.13 ? tissues.fat : undefined;
    },
  };
}
