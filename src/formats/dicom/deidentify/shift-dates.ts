const dayMs = 86_400_000;

/**
 * Moves dates by whole days: times of day, and what lies between two dates, stay.
 * @param text value of a DA or DT element; of several values each is moved
 * @returns undefined where one of them names no day
 */
export function shiftDates(text: string, days: number): string | undefined {
  const moved = text.split("\\").map((value) => shiftDate(value.trim(), days));
  return moved.includes(undefined) ? undefined : moved.join("\\");
}

/** YYYYMMDD, its ancient form YYYY.MM.DD, and what a DT has behind it (PS3.5 6.2). */
function shiftDate(text: string, days: number): string | undefined {
  if (text === "") return "";
  const [, year, month, day, rest] =
    /^(\d{4})\.?(\d{2})\.?(\d{2})(\d*(?:\.\d+)?(?:[+-]\d{4})?)$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 February is 3 March to Date, and no day here.
  if (new Date(time).getUTCDate() !== Number(day)) return undefined;
  const moved = new Date(time + days * dayMs).toISOString().slice(0, 10).replaceAll("-", "");
  return `${moved}${rest ?? ""}`;
}
