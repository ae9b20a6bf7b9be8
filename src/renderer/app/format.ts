/** Figures as the look writes them: Dice and IoU with 3 decimals, mm with 1, ms and MB whole, n/a for what is not. */

export const notAvailable = "n/a";

const or = (value: number | null | undefined, write: (value: number) => string): string =>
  value === null || value === undefined || !Number.isFinite(value) ? notAvailable : write(value);

/** 0.945; a perfect 1 is 1.000, so that columns line up. */
export const formatRatio = (value: number | null | undefined): string => or(value, (x) => x.toFixed(3));

export const formatDistance = (value: number | null | undefined): string => or(value, (x) => x.toFixed(1));

export const formatMilliseconds = (value: number | null | undefined): string =>
  or(value, (x) => Math.round(x).toString());

export const formatMegabytes = (bytes: number | null | undefined): string =>
  or(bytes, (x) => Math.round(x / 2 ** 20).toString());

/** 31.0 M, 640 k. */
export function formatParameters(count: number): string {
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : `${Math.round(count / 1e3)} k`;
}

export interface AreaText {
  figure: string;
  unit: "cm²" | "px";
}

/** An area in cm² where the spacing is known, else in pixels. */
export function formatArea(pixels: number, areaMm2: number | undefined): AreaText {
  return areaMm2 === undefined
    ? { figure: pixels.toString(), unit: "px" }
    : { figure: (areaMm2 / 100).toFixed(1), unit: "cm²" };
}

/** "7 s left", by 5 s below a minute, then "3 min left": exact enough to plan by, and it does not fidget. */
export function formatRemaining(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.max(1, Math.ceil(seconds))} s left`;
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s left`;
  return `${Math.ceil(seconds / 60)} min left`;
}

/** A model's name as its two parts: the architecture, and what it is for where the name says so. */
export function splitName(name: string): [architecture: string, purpose?: string] {
  const at = name.indexOf(" · ");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 3)];
}

/** "1 slice", "18 slices". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
