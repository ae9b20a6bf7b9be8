/** "now", "0:41", "12:05", "3 h", "2 d": how long ago. */
export function ageText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 2) return "now";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** "LV myocardium, slice 7": what a step was done on; without a segment the slices alone. */
export function stepText(segment: string | undefined, frames: readonly number[]): string {
  return [segment, framesText(frames)].filter(Boolean).join(", ");
}

/** "slice 7", "slices 5 to 9", "3 slices"; nothing for a step that changed no slice. */
function framesText(frames: readonly number[]): string {
  const [first] = frames;
  const last = frames.at(-1);
  if (first === undefined || last === undefined) return "";
  if (first === last) return `slice ${first + 1}`;
  return last - first + 1 === frames.length
    ? `slices ${first + 1} to ${last + 1}`
    : `${frames.length} slices`;
}

/** "Saved to the workspace 4 s ago", to the second, then the minute. */
export function savedText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}
