import { Button, Loader } from "@mantine/core";
import { useMemo } from "react";
import type { LaboratoryView } from "../../host/contract";
import { caseMetricKeys, type CaseMetricKey } from "../../core/comparison/metric-words";
import { HostError } from "../api/request";
import { EmptyState } from "../app/empty-state";
import { counted } from "../app/format";
import { useLaboratory } from "../state/laboratory";
import { useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { AgreementPanel } from "./agreement-panel";
import { CaseView } from "./case-view";
import { arrangeRows, caseRows } from "./case-rows";
import { CasesTable } from "./cases-table";
import { ConsensusPanel } from "./consensus-panel";
import { CostPanel, SpreadPanel } from "./figure-panels";
import styles from "./laboratory.module.css";
import { Robustness } from "./robustness";
import { LaboratoryBar } from "./laboratory-bar";
import { Reading } from "../reading/reading";
import { useReading } from "../state/reading";
import { NothingToCompare } from "./nothing-to-compare";
import { letteredModels, useComparisonRecord, useLaboratoryRequest } from "./use-comparison-record";

/** The workplace "Laboratory": what the layers of a series are worth, and what they cost. */
export default function Laboratory() {
  const studies = useStudies().data;
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  if (studies?.length === 0)
    return (
      <div className={styles.alone}>
        <EmptyState />
      </div>
    );
  if (seriesId === undefined)
    return (
      <main className={styles.alone}>
        <div className={styles.message}>
          <h1>No series is open</h1>
          <p>Open one in Compare; its layers are measured here.</p>
        </div>
      </main>
    );
  return <OfSeries key={seriesId} seriesId={seriesId} />;
}

function OfSeries({ seriesId }: { seriesId: string }) {
  const request = useLaboratoryRequest(seriesId);
  const { data, error, isRunning, isFetching, refetch } = useComparisonRecord(request);
  const isReading = useReading((state) => state.seriesId === seriesId);
  // What was begun is read to its end, whatever becomes of the figures meanwhile.
  const isBegun = useReading(({ id }) => isReading && id !== undefined);
  if (isBegun) return <Reading view={data} seriesId={seriesId} />;
  if (data === undefined || data.record.cases.length === 0) {
    return (
      <main className={styles.alone} aria-busy={isFetching || isRunning}>
        {error ? (
          <Failure error={error} again={() => void refetch()} />
        ) : isRunning ? (
          <Waiting words="Models are running. Their figures follow when they are done." />
        ) : data === undefined ? (
          <Waiting words="Layers are being measured" />
        ) : (
          <NothingToCompare leftOut={data.leftOut} />
        )}
      </main>
    );
  }
  if (isReading) return <Reading view={data} seriesId={seriesId} />;
  return (
    <Compared
      view={data}
      seriesId={seriesId}
      bar={
        <LaboratoryBar
          view={data}
          request={request}
          isRunning={isRunning}
          isMeasuring={isFetching}
          failure={error ?? undefined}
        />
      }
    />
  );
}

function Waiting({ words }: { words: string }) {
  return (
    <div className={styles.message} role="status">
      <Loader size={20} />
      <p>{words}</p>
    </div>
  );
}

function Failure({ error, again }: { error: Error; again: () => void }) {
  return (
    <div className={styles.message} role="alert">
      <h1>The layers could not be measured</h1>
      <p>
        {error.message}
        {error instanceof HostError && error.hint !== undefined && ` ${error.hint}`}
      </p>
      <Button onClick={again}>Measure again</Button>
    </div>
  );
}

/** The segment and the metric that are shown: the reader's, where they were measured. */
function useChoice({ record }: LaboratoryView): { segment: string; metric: CaseMetricKey } {
  const chosen = useLaboratory((state) => state.segment);
  const wanted = useLaboratory((state) => state.metric);
  const segment = record.segments.find(({ label }) => label === chosen)?.label ?? record.segments[0]!.label;
  const measured = caseMetricKeys.filter((key) =>
    record.models.some(({ id }) => (record.summary[id]?.segments[segment]?.[key]?.n ?? 0) > 0),
  );
  return { segment, metric: measured.includes(wanted) ? wanted : "dice" };
}

function Compared({ view, seriesId, bar }: { view: LaboratoryView; seriesId: string; bar: React.ReactNode }) {
  const choice = useChoice(view);
  const { segment, metric } = choice;
  const order = useLaboratory((state) => state.order);
  const filter = useLaboratory((state) => state.filter);
  const caseKey = useLaboratory((state) => state.caseKey);
  // Letters and colours are those of the layers in Compare.
  const layers = useViewports((state) => state.layers[seriesId]);
  const models = useMemo(
    () => letteredModels(view, seriesId, viewportsStore.getState()),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- read from the store, which these tell of
    [view, seriesId, layers],
  );
  const rows = useMemo(() => caseRows(view, models, { segment, metric }), [view, models, segment, metric]);
  const arranged = useMemo(() => arrangeRows(rows, models, { order, filter }), [rows, models, order, filter]);
  const chosen = arranged.find(({ key }) => key === caseKey) ?? arranged[0];
  const { record } = view;
  const isRobustnessShown = useLaboratory((state) => state.isRobustnessShown);
  if (isRobustnessShown)
    return (
      <Robustness
        models={models}
        seriesId={seriesId}
        place={(chosen ?? rows[0]!).place}
        referenceLayerId={view.references.find((each) => each.seriesId === seriesId)?.layerId}
      />
    );
  const parts = { record, models, segment };
  return (
    <main className={styles.workplace} aria-label="Laboratory">
      {bar}
      {record.reference === undefined ? (
        <ConsensusPanel record={record} models={models} />
      ) : (
        <>
          <SpreadPanel {...parts} metric={metric} chosen={chosen?.key} />
          <CostPanel {...parts} />
        </>
      )}
      <AgreementPanel {...parts} metric={metric} view={view} seriesId={seriesId} place={chosen?.place} />
      <CasesTable
        rows={arranged}
        total={record.cases.length}
        models={models}
        metric={metric}
        record={record}
        chosen={chosen?.key}
      />
      {chosen === undefined ? (
        <section className={styles.panel} aria-label="Case">
          <p className={styles.note}>{`None of ${counted(record.cases.length, "case")} fits the filter.`}</p>
        </section>
      ) : (
        <CaseView rows={arranged} row={chosen} view={view} models={models} metric={metric} />
      )}
    </main>
  );
}
