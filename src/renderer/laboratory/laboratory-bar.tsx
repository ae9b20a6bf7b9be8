import { Button, Menu, Select, TextInput } from "@mantine/core";
import { IconChevronDown, IconDownload, IconEyeOff, IconFilter, IconWaveSine } from "@tabler/icons-react";
import { useState } from "react";
import { caseMetricKeys, type CaseMetricKey, metricWords } from "../../core/comparison/metric-words";
import type { LaboratoryView } from "../../host/contract";
import type { LaboratoryRequest } from "../api/host";
import controls from "../app/controls/controls.module.css";
import { counted } from "../app/format";
import { Choice } from "../inspector/choice";
import { planReading } from "../reading/actions";
import { useLaboratory } from "../state/laboratory";
import { useStudies } from "../state/queries";
import { savePdf, saveReport } from "./actions";
import styles from "./laboratory.module.css";

interface LaboratoryBarProps {
  view: LaboratoryView;
  request: LaboratoryRequest;
  isRunning: boolean;
  isMeasuring: boolean;
  /** Why what is shown could not be measured anew. */
  failure: Error | undefined;
}

const change = useLaboratory.setState;

/** What is shown of the comparison, and its report. */
export function LaboratoryBar({ view, request, isRunning, isMeasuring, failure }: LaboratoryBarProps) {
  const { record } = view;
  const filter = useLaboratory((state) => state.filter);
  const [isSaving, setSaving] = useState(false);
  const save = async (how: typeof saveReport) => {
    setSaving(true);
    await how(request);
    setSaving(false);
  };
  return (
    <div className={styles.bar} role="toolbar" aria-label="Comparison">
      <SegmentChoice view={view} />
      {record.reference !== undefined && <MetricChoice view={view} />}
      <ScopeChoice seriesId={request.seriesId} />
      <TextInput
        aria-label="Filter cases"
        size="xs"
        placeholder="Filter cases"
        className={styles.filter ?? ""}
        leftSection={<IconFilter size={14} />}
        value={filter}
        onChange={(event) => change({ filter: event.currentTarget.value })}
      />
      <span className={controls.spring} />
      <span className={styles.state} role="status">
        {failure
          ? `As before: ${failure.message}`
          : isRunning
            ? "Models are running; figures follow"
            : isMeasuring
              ? "Measuring"
              : [
                  counted(record.models.length, "model"),
                  counted(record.cases.length, "slice"),
                  ...(view.leftOut.length > 0 ? [`${view.leftOut.join(", ")} left out: other segments`] : []),
                ].join(", ")}
      </span>
      <Button
        leftSection={<IconWaveSine size={16} />}
        onClick={() => useLaboratory.setState({ isRobustnessShown: true })}
      >
        Robustness
      </Button>
      {record.models.length > 1 && (
        <Button leftSection={<IconEyeOff size={16} />} onClick={() => planReading(request.seriesId)}>
          Read blind
        </Button>
      )}
      <Button
        variant="filled"
        leftSection={<IconDownload size={16} />}
        loading={isSaving}
        onClick={() => void save(saveReport)}
      >
        Save report
      </Button>
      <Button disabled={isSaving} onClick={() => void save(savePdf)}>
        Save as PDF
      </Button>
    </div>
  );
}

function SegmentChoice({ view: { record } }: { view: LaboratoryView }) {
  const chosen = useLaboratory((state) => state.segment);
  const labels = record.segments.map(({ label }) => label);
  const shown = labels.find((label) => label === chosen) ?? labels[0]!;
  return (
    <label className={styles.labelled}>
      <span>Segment</span>
      {labels.length === 1 ? (
        <strong>{shown}</strong>
      ) : (
        <Select
          className={styles.segment ?? ""}
          data={labels}
          value={shown}
          allowDeselect={false}
          onChange={(segment) => change({ segment: segment ?? undefined })}
        />
      )}
    </label>
  );
}

/** Metrics whose names stand in the bar; the others are under More. */
const named: readonly CaseMetricKey[] = ["dice", "iou", "hd95", "assd", "surfaceDice"];

function MetricChoice({ view: { record } }: { view: LaboratoryView }) {
  const metric = useLaboratory((state) => state.metric);
  const objects = useLaboratory((state) => state.objects);
  const others = caseMetricKeys.filter(
    (key) =>
      !named.includes(key) &&
      record.models.some(({ id }) =>
        Object.values(record.summary[id]?.segments ?? {}).some((segment) => (segment[key]?.n ?? 0) > 0),
      ),
  );
  const inMore = others.find((key) => key === metric);
  return (
    <div className={styles.metrics}>
      <Choice
        label="Metric"
        value={metric}
        choices={named.map((key) => ({ value: key, label: metricWords[key].name }))}
        onChange={(value) => change({ metric: value })}
      />
      <Menu>
        <Menu.Target>
          <Button variant="subtle" rightSection={<IconChevronDown size={12} />} px={6}>
            {inMore === undefined ? "More" : metricWords[inMore].name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((key) => (
            <Menu.Item key={key} onClick={() => change({ metric: key })}>
              {metricWords[key].name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => change({ objects: !objects })}>
            {objects ? "Count no objects" : "Count objects"}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function ScopeChoice({ seriesId }: { seriesId: string }) {
  const scope = useLaboratory((state) => state.scope);
  const study = useStudies().data?.find(({ series }) => series.some(({ id }) => id === seriesId));
  if ((study?.series.length ?? 0) < 2) return null;
  return (
    <Choice
      label="Scope"
      value={scope}
      choices={[
        { value: "series", label: "This series" },
        { value: "study", label: counted(study!.series.length, "series", "series") },
      ]}
      onChange={(value) => change({ scope: value })}
    />
  );
}
