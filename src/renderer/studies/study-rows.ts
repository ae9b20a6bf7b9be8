import type { SeriesSummary, StudySummary } from "../../host/contract";

/** One line of the studies panel. */
export type StudyRow =
  | { kind: "study"; study: StudySummary; count: number; open: boolean }
  | { kind: "series"; series: SeriesSummary };

const matches = (text: string | undefined, wanted: string): boolean =>
  text?.toLocaleLowerCase().includes(wanted) ?? false;

/** The panel's lines: each study's head and, where it is open, its series. A filter opens what it finds. */
export function studyRows(
  studies: readonly StudySummary[],
  closed: ReadonlySet<string>,
  filter = "",
): StudyRow[] {
  const wanted = filter.trim().toLocaleLowerCase();
  return studies.flatMap((study): StudyRow[] => {
    const whole = wanted === "" || matches(study.title, wanted) || matches(study.description, wanted);
    const series = whole ? study.series : study.series.filter(({ title }) => matches(title, wanted));
    if (series.length === 0 && !whole) return [];
    const open = wanted !== "" || !closed.has(study.id);
    const rows = open ? series.map((one): StudyRow => ({ kind: "series", series: one })) : [];
    return [{ kind: "study", study, count: series.length, open }, ...rows];
  });
}

/** "MR, 256 × 256": what kind of pictures a series holds. */
export function seriesKind({ modality, rows, columns, colour, bitsStored }: SeriesSummary): string {
  return `${modality ?? (colour ? "RGB" : `${bitsStored}-bit`)}, ${columns} × ${rows}`;
}

/** "3 layers, reference": what has been made of a series so far. */
export function seriesState({ layerCount, hasReference }: SeriesSummary): string {
  const models = layerCount - (hasReference ? 1 : 0);
  const words = [
    models > 0 && `${models} ${models === 1 ? "layer" : "layers"}`,
    hasReference && (models > 0 ? "reference" : "reference only"),
  ];
  return words.filter(Boolean).join(", ") || "no layers";
}
