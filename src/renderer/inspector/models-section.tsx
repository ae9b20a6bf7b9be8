import { ActionIcon, Button, Checkbox, Tooltip } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconPlayerPlay, IconPlayerStop, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { LayerView, ModelView, RunView } from "../../host/contract";
import { pickAndImport } from "../actions/import-model";
import { cancelJob, isActive, runModels } from "../actions/runs";
import controls from "../app/controls/controls.module.css";
import { LayerBadge } from "../app/controls/layer-badge";
import { formatMilliseconds, formatParameters, splitName } from "../app/format";
import { useModels, useSeries } from "../state/queries";
import { activeViewport, layerLetter } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { toggleModel, useWorkbench } from "../state/workbench";
import { Choice } from "./choice";
import styles from "./inspector.module.css";
import { ModelCardView } from "./model-card-view";
import { orderModels } from "./model-order";

interface ModelsSectionProps {
  layers: readonly LayerView[];
  runs: readonly RunView[];
}

/** The models that are here: choose some, run them on this slice or the whole series. */
export function ModelsSection({ layers, runs }: ModelsSectionProps) {
  const series = useSeries(useViewports((state) => activeViewport(state).seriesId)).data;
  const known = useModels().data;
  const models = known && orderModels(known, series);
  return (
    <section className={controls.section} aria-label="Models">
      <div className={controls.sectionHead}>
        <h2>Models</h2>
        <span className={controls.spring} />
        <ScopeChoice />
        <RunButton />
      </div>
      {models?.length === 0 && <p className={styles.empty}>No models are installed.</p>}
      <ul className={styles.models}>
        {models?.map((model) => (
          <ModelRow
            key={model.card.id}
            model={model}
            layer={layers.find(({ origin }) => origin.kind === "model" && origin.modelId === model.card.id)}
            run={runs.findLast(({ modelId }) => modelId === model.card.id)}
          />
        ))}
      </ul>
      <button type="button" className={styles.addModel} onClick={() => void pickAndImport()}>
        <IconPlus size={14} aria-hidden />
        <span>Add model…</span>
      </button>
    </section>
  );
}

/** Reformatted planes cut many slices: there "this slice" means nothing. */
const useScope = () => {
  const isNative = useViewports((state) => activeViewport(state).plane === "native");
  const scope = useWorkbench((state) => state.runScope);
  return isNative ? scope : "series";
};

function ScopeChoice() {
  const isNative = useViewports((state) => activeViewport(state).plane === "native");
  return (
    <Choice
      label="What is run"
      value={useScope()}
      choices={[
        { value: "slice", label: "Slice", disabled: !isNative },
        { value: "series", label: "Series" },
      ]}
      onChange={(runScope) => useWorkbench.setState({ runScope })}
    />
  );
}

function RunButton() {
  const chosen = useWorkbench((state) => state.chosenModelIds);
  const scope = useScope();
  return (
    <Button
      w={72}
      disabled={chosen.length === 0}
      leftSection={<IconPlayerPlay size={14} />}
      onClick={() => void runModels(chosen, scope)}
    >
      {chosen.length === 0 ? "Run" : `Run ${chosen.length}`}
    </Button>
  );
}

interface ModelRowProps {
  model: ModelView;
  layer: LayerView | undefined;
  run: RunView | undefined;
}

function ModelRow({ model, layer, run }: ModelRowProps) {
  const { card } = model;
  const [open, setOpen] = useState(false);
  const [architecture, purpose] = splitName(card.name);
  const parameters = `${formatParameters(card.architecture.parameters)} parameters`;
  const chosen = useWorkbench((state) => state.chosenModelIds.includes(card.id));
  const letter = useViewports((state) => layer && layerLetter(state, layer));
  return (
    <li>
      <div className={styles.model}>
        <Checkbox
          size="xs"
          aria-label={`Choose ${card.name}`}
          checked={chosen}
          onChange={() => toggleModel(card.id)}
        />
        <LayerBadge letter={letter} colour={layer?.colour} />
        <button
          type="button"
          className={styles.modelName}
          aria-expanded={open}
          aria-label={`${card.name}: what it is for`}
          onClick={() => setOpen(!open)}
        >
          <strong>{architecture}</strong>
          <small>{purpose ?? parameters}</small>
        </button>
        <RunState run={run} layer={layer} />
        <RunAction model={model} run={run} />
      </div>
      {open && <ModelCardView model={model} run={run} />}
    </li>
  );
}

/** "not run", "13 / 18" with a bar, what it took, or a failure in words. */
function RunState({ run, layer }: { run: RunView | undefined; layer: LayerView | undefined }) {
  if (!run) return <span className={styles.modelState}>{layer ? "earlier run" : "not run"}</span>;
  const count = `${run.framesDone} / ${run.framesTotal}`;
  if (isActive(run)) {
    const share = run.framesDone / run.framesTotal;
    return (
      <span className={styles.modelState}>
        <strong>{count}</strong>
        <span className={`${controls.progress} ${styles.modelProgress}`}>
          <i style={{ transform: `scaleX(${share})` }} />
        </span>
      </span>
    );
  }
  if (run.state === "failed") {
    return (
      <span className={styles.modelState}>
        <span className={styles.bad}>
          <IconAlertCircle size={12} />
          stopped
        </span>
        {count}
      </span>
    );
  }
  return (
    <span className={styles.modelState}>
      <strong>{run.state === "cancelled" ? "cancelled" : count}</strong>
      {run.state === "cancelled"
        ? count
        : run.msPerFrame !== undefined && `${formatMilliseconds(run.msPerFrame)} ms`}
    </span>
  );
}

/** The one action of a row: stop what runs, else run. */
function RunAction({ model, run }: { model: ModelView; run: RunView | undefined }) {
  const scope = useScope();
  const { id, name } = model.card;
  if (run && isActive(run)) {
    return (
      <Tooltip label={`Cancel ${name}`}>
        <ActionIcon size={24} aria-label={`Cancel ${name}`} onClick={() => void cancelJob(run.jobId)}>
          <IconPlayerStop size={16} />
        </ActionIcon>
      </Tooltip>
    );
  }
  const label = `Run ${name} on ${scope === "slice" ? "this slice" : "the whole series"}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} aria-label={label} onClick={() => void runModels([id], scope)}>
        {run?.state === "done" ? <IconCheck size={16} /> : <IconPlayerPlay size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
