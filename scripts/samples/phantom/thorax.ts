import { latticeNoise, randomStream } from "./noise";
import { type Tissue, tissues } from "./tissue";

/** What lies around the heart in a short-axis plane: chest wall, lung, diaphragm, organs below. Same frame as the heart's, in mm. */

const body = { u: 42, v: 66, halfWidth: 150, halfHeight: 172, tilt: 0.5 };

/** How deep a point lies below the skin in mm; negative outside of the body. */
export function depthBelowSkin(u: number, v: number): number {
  const du = u - body.u;
  const dv = v - body.v;
  const along = du * Math.cos(body.tilt) + dv * Math.sin(body.tilt);
  const across = dv * Math.cos(body.tilt) - du * Math.sin(body.tilt);
  const level = Math.hypot(along / body.halfWidth, across / body.halfHeight);
  const wave = 0.015 * latticeNoise(Math.atan2(across, along) * 3, 0, 5);
  return (1 + wave - level) * Math.min(body.halfWidth, body.halfHeight);
}

interface Disc {
  u: number;
  v: number;
  w: number;
  radius: number;
}

const pulmonaryVessels = scatterDiscs({ count: 90, seed: 71, left: -40, top: -110, width: 170, height: 150 });
const hepaticVessels = scatterDiscs({ count: 24, seed: 72, left: -110, top: 50, width: 100, height: 70 });

function scatterDiscs(area: {
  count: number;
  seed: number;
  left: number;
  top: number;
  width: number;
  height: number;
}): Disc[] {
  const random = randomStream(area.seed);
  return Array.from({ length: area.count }, () => ({
    u: area.left + random.uniform() * area.width,
    v: area.top + random.uniform() * area.height,
    w: random.uniform() * 80,
    radius: 0.9 + 2.4 * random.uniform() ** 3,
  }));
}

/** Vessels run obliquely through the slices, so a slice meets each as a spot that wanders. */
const meetsVessel = (vessels: Disc[], u: number, v: number, w: number): boolean =>
  vessels.some((vessel) => {
    const slope = (w - vessel.w) * 0.25;
    return (u - vessel.u - slope) ** 2 + (v - vessel.v + slope) ** 2 < vessel.radius ** 2;
  });

const ellipse = (u: number, v: number, at: { u: number; v: number; a: number; b: number }): number =>
  Math.hypot((u - at.u) / at.a, (v - at.v) / at.b);

function organBelow(u: number, v: number, w: number): Tissue {
  const stomach = ellipse(u, v, { u: 12, v: 80 - w * 0.05, a: 42, b: 24 });
  if (stomach < 0.86) return tissues.stomachContent;
  if (stomach < 1) return tissues.stomachWall;
  if (ellipse(u, v, { u: -52, v: 84, a: 62, b: 40 }) < 1) {
    return meetsVessel(hepaticVessels, u, v, w) ? tissues.vessel : tissues.liver;
  }
  if (ellipse(u, v, { u: 78, v: 92, a: 22, b: 38 }) < 1) return tissues.spleen;
  return tissues.fat;
}

/** The tissue at a point outside of the heart. */
export function thoraxTissueAt(u: number, v: number, w: number): Tissue {
  const depth = depthBelowSkin(u, v);
  if (depth < 0) return tissues.air;
  const fatLayer = 13 + 4 * latticeNoise(u / 60, v / 60, 41);
  if (depth < 1.6) return tissues.muscle;
  if (depth < fatLayer) return tissues.fat;
  if (depth < fatLayer + 13) {
    const isRib = Math.abs(depth - fatLayer - 6.5) < 4 && latticeNoise((u - v) / 16, w / 40, 43) > 0.15;
    return isRib ? tissues.rib : tissues.muscle;
  }
  const aorta = ellipse(u, v, { u: 64, v: 44, a: 11, b: 11.5 });
  if (aorta < 0.86) return tissues.blood;
  if (aorta < 1) return tissues.myocardium;
  const diaphragm = 42 + 0.0016 * (u + 5) ** 2 - w * 0.08;
  if (v > diaphragm + 3) return organBelow(u, v, w);
  if (v > diaphragm) return tissues.muscle;
  // The mediastinum on the picture's left: fat between the chest wall and the right ventricle.
  if (u < -48 + 0.25 * v + 6 * latticeNoise(v / 20, w / 30, 47)) return tissues.fat;
  return meetsVessel(pulmonaryVessels, u, v, w) ? tissues.vessel : tissues.lung;
}
