import { type CaseMetricKey, formatMetric, metricWords } from "../../core/comparison/metric-words";
import type { ComparisonRecord } from "../../core/comparison/record";
import { commonUnit, type LetteredModel } from "../../core/comparison/scenes";
import { frameThumbnailUrl } from "../api/host";
import { LayerBadge } from "../app/controls/layer-badge";
import { Thumbnail } from "../app/controls/thumbnail";
import { type CaseOrder, orderBy, useLaboratory } from "../state/laboratory";
import { shortName } from "./agreement-panel";
import { bestOf, type CaseRow } from "./case-rows";
import { Panel } from "./figure-panels";
import styles from "./laboratory.module.css";

interface CasesTableProps {
  rows: readonly CaseRow[];
  /** How many there are without the filter. */
  total: number;
  models: readonly LetteredModel[];
  metric: CaseMetricKey;
  record: ComparisonRecord;
  chosen: string | undefined;
}

/** Every case with each candidate's figure; a click shows it large. */
export function CasesTable({ rows, total, models, metric, record, chosen }: CasesTableProps) {
  const order = useLaboratory((state) => state.order);
  const hasReference = record.reference !== undefined;
  const shown = hasReference ? metric : "dice";
  const unit = metricWords[shown].kind === "length" ? ` ${commonUnit(record)}` : "";
  const figure = hasReference
    ? `${metricWords[shown].name}${unit}`
    : models.length > 2
      ? "Dice to majority"
      : "Dice to the other";
  const most = Math.max(
    ...rows.flatMap(({ values }) => values.flatMap((value) => Math.abs(value ?? 0))),
    1e-9,
  );
  const scale = metricWords[shown].kind === "share" ? 1 : most;
  const count = rows.length === total ? `${total}` : `${rows.length} of ${total}`;
  return (
    <div className={styles.cases}>
      <Panel name="Cases" words={`${count}, ${figure}, ${orderWords(order, hasReference, models)}`}>
        <div className={styles.scroller}>
          <table aria-label="Cases">
            <thead>
              <tr>
                <Head by="worst" order={order} label={hasReference ? "Worst first" : "Most disputed first"}>
                  #
                </Head>
                <th scope="col" aria-label="Picture" />
                <Head by="case" order={order}>
                  Case
                </Head>
                {models.map(({ id, name, badge }) => (
                  <Head key={id} by={{ model: id }} order={order} label={name}>
                    <LayerBadge letter={badge.letter} colour={badge.colour} />
                    <span className={styles.headName}>{shortName(name)}</span>
                  </Head>
                ))}
                <Head by="spread" order={order} label="Between the best and the worst">
                  Spread
                </Head>
                <th scope="col">What stands out</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <Row
                  key={row.key}
                  {...{ row, index, models, scale }}
                  metric={shown}
                  isChosen={row.key === chosen}
                />
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  );
}

function orderWords(
  { by, isReversed }: CaseOrder,
  hasReference: boolean,
  models: readonly LetteredModel[],
): string {
  const reversed = isReversed ? ", reversed" : "";
  if (by === "worst") return (hasReference ? "worst mean first" : "most disputed first") + reversed;
  if (by === "case") return `in their order${reversed}`;
  if (by === "spread") return `largest spread first${reversed}`;
  return `by ${models.find(({ id }) => id === by.model)?.badge.letter ?? "a model"}${reversed}`;
}

function Head({
  by,
  order,
  label,
  children,
}: {
  by: CaseOrder["by"];
  order: CaseOrder;
  label?: string;
  children: React.ReactNode;
}) {
  const isOrder = JSON.stringify(order.by) === JSON.stringify(by);
  return (
    <th
      scope="col"
      className={typeof by === "object" || by === "spread" ? styles.figure : undefined}
      {...(isOrder && { "aria-sort": order.isReversed ? ("descending" as const) : ("ascending" as const) })}
    >
      <button
        type="button"
        title={label}
        {...(label !== undefined && { "aria-label": `Order by ${label}` })}
        onClick={() => orderBy(by)}
      >
        {children}
      </button>
    </th>
  );
}

interface RowProps {
  row: CaseRow;
  index: number;
  models: readonly LetteredModel[];
  metric: CaseMetricKey;
  /** What a full bar stands for. */
  scale: number;
  isChosen: boolean;
}

function Row({ row, index, models, metric, scale, isChosen }: RowProps) {
  const { key, place, name, values, spread, standsOut } = row;
  const best = bestOf(row, metric);
  const choose = () => useLaboratory.setState({ caseKey: key });
  return (
    <tr data-chosen={isChosen} onClick={choose}>
      <td className={styles.number}>{index + 1}</td>
      <td className={styles.thumbnail}>
        <Thumbnail
          source={frameThumbnailUrl(place.seriesId, place.frame, 72)}
          size={{ width: 36, height: 36 }}
        />
      </td>
      <th scope="row">
        <button type="button" aria-pressed={isChosen} onClick={choose}>
          {`Slice ${place.frame + 1}`}
          <small>{name}</small>
        </button>
      </th>
      {models.map(({ id, badge }, at) => (
        <td key={id} className={styles.figure}>
          <span data-best={best[at]}>
            {values[at] === undefined ? "not run" : formatMetric(metric, values[at])}
          </span>
          <svg viewBox="0 0 54 3" aria-hidden>
            <rect width="54" height="3" fill="var(--track)" />
            <rect width={(Math.abs(values[at] ?? 0) / scale) * 54} height="3" fill={badge.colour} />
          </svg>
        </td>
      ))}
      <td className={styles.figure}>{formatMetric(metric, spread)}</td>
      <td className={styles.standsOut}>{standsOut}</td>
    </tr>
  );
}
