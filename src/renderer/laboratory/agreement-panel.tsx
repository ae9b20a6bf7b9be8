import { Button, Select } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { type CaseMetricKey, formatMetric, metricWords } from "../../core/comparison/metric-words";
import { describeRanking, formatP } from "../../core/comparison/ranking";
import type { ComparisonRecord, Ranking } from "../../core/comparison/record";
import { agreementScene, type LetteredModel } from "../../core/comparison/scenes";
import type { LaboratoryView } from "../../host/contract";
import { counted } from "../app/format";
import { CurtainIcon } from "../app/tool-icons";
import { describePreference } from "../reading/preference-words";
import { useLaboratory } from "../state/laboratory";
import { useReadings } from "../state/queries";
import { showCurtain } from "./actions";
import { type FigureParts, Panel } from "./figure-panels";
import styles from "./laboratory.module.css";
import { ScenePlot } from "./scene-plot";

interface AgreementPanelProps extends FigureParts {
  metric: CaseMetricKey;
  view: LaboratoryView;
  seriesId: string;
  /** The slice that a curtain opens on. */
  place: LaboratoryView["places"][number] | undefined;
}

/** How far candidates agree with each other, and whether the data tell them apart. */
export function AgreementPanel({
  view,
  place,
  seriesId,
  segment,
  metric,
  record,
  models,
}: AgreementPanelProps) {
  const pair = usePair(models);
  const nameOf = (id: string): string => models.find((model) => model.id === id)?.name ?? id;
  const ranking = record.rankings.find((each) => each.segment === segment && each.metric === metric);
  const shownIn = place?.seriesId ?? seriesId;
  const layerOf = (model: string) =>
    view.layers.find((each) => each.model === model && each.seriesId === shownIn)?.layerId;
  const [left, right] = pair ? pair.map(layerOf) : [];
  return (
    <Panel name="Agreement" words="mean Dice between two">
      {models.length < 2 ? (
        <p className={styles.note}>One model has nobody to agree with. Run another one.</p>
      ) : (
        <div className={styles.agreement}>
          <div className={styles.matrix}>
            <ScenePlot scene={agreementScene(record, models)} />
          </div>
          <div className={styles.verdict} role="note">
            <IconInfoCircle size={16} aria-hidden />
            <div>
              <p>{verdict(ranking, { record, metric, pair, nameOf })}</p>
              {pair && <BlindVerdict pair={pair} seriesId={seriesId} nameOf={nameOf} />}
            </div>
          </div>
          <div className={styles.pair}>
            <PairSelect models={models} pair={pair} />
            <Button
              leftSection={<CurtainIcon />}
              disabled={left === undefined || right === undefined}
              onClick={() => {
                if (left === undefined || right === undefined) return;
                void showCurtain({ seriesId: shownIn, ...(place && { frame: place.frame }) }, [left, right]);
              }}
            >
              Curtain
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}

/** What the last blind reading of a pair found. */
function BlindVerdict({
  pair,
  seriesId,
  nameOf,
}: {
  pair: readonly [string, string];
  seriesId: string;
  nameOf: (id: string) => string;
}) {
  const found = useReadings(seriesId).data?.flatMap(
    ({ result }) => result?.pairs.find(({ a, b }) => pair.includes(a) && pair.includes(b)) ?? [],
  )[0];
  if (found === undefined) return null;
  return <p>{`Blind reading: ${describePreference(found, (id) => shortName(nameOf(id)))}`}</p>;
}

/** The pair that the reader chose; of two candidates these. */
function usePair(models: readonly LetteredModel[]): readonly [string, string] | undefined {
  const pair = useLaboratory((state) => state.pair);
  const ids = models.map(({ id }) => id);
  if (pair?.every((id) => ids.includes(id)) === true) return pair;
  return ids.length === 2 ? [ids[0]!, ids[1]!] : undefined;
}

function PairSelect({
  models,
  pair,
}: {
  models: readonly LetteredModel[];
  pair: readonly [string, string] | undefined;
}) {
  const pairs = models.flatMap((a, at) => models.slice(at + 1).map((b) => [a, b] as const));
  const key = (ids: readonly string[]): string => ids.join("\n");
  return (
    <Select
      aria-label="Pair"
      className={styles.pairSelect ?? ""}
      placeholder="Choose two"
      data={pairs.map(([a, b]) => ({
        value: key([a.id, b.id]),
        label: `${a.badge.letter} ${shortName(a.name)}, ${b.badge.letter} ${shortName(b.name)}`,
      }))}
      value={pair === undefined ? null : key(pair)}
      onChange={(value) => {
        const chosen = pairs.find(([a, b]) => key([a.id, b.id]) === value);
        useLaboratory.setState({ pair: chosen && [chosen[0].id, chosen[1].id] });
      }}
      allowDeselect={models.length > 2}
      comboboxProps={{ width: 340, position: "bottom-end" }}
    />
  );
}

/** The network alone: what it segments is the same for all. */
export const shortName = (name: string): string => name.split(" · ")[0]!;

interface VerdictParts {
  record: ComparisonRecord;
  metric: CaseMetricKey;
  pair: readonly [string, string] | undefined;
  nameOf: (id: string) => string;
}

/** Who leads, or who cannot be told apart; of a chosen pair, by how much. */
function verdict(ranking: Ranking | undefined, { record, metric, pair, nameOf }: VerdictParts): string {
  const short = (id: string): string => shortName(nameOf(id));
  if (record.reference === undefined)
    return "Without a reference nothing says who is right. Models that learned from the same pictures err alike.";
  if (ranking === undefined) return `There are too few cases to rank by ${metricWords[metric].name}.`;
  const found = pair && ranking.pairs.find(({ a, b }) => pair.includes(a) && pair.includes(b));
  const caution =
    ranking.unit === "case" && new Set(record.cases.map(({ series }) => series)).size < record.cases.length
      ? " Slices of one series resemble each other: take small p values with care."
      : "";
  if (found === undefined || ranking.order.length === 2) return describeRanking(ranking, short) + caution;
  const { a, b, difference, adjustedP, better, n } = found;
  const figures = `${short(a)} less ${short(b)}: ${difference !== null && difference > 0 ? "+" : ""}${formatMetric(metric, difference)}, ${formatP(adjustedP)} (signed rank, ${counted(n, "case")}).`;
  return better === null
    ? `${short(a)} and ${short(b)} are not told apart by these data. ${figures}${caution}`
    : `${short(better)} is better than ${short(better === a ? b : a)} in these data. ${figures}${caution}`;
}
