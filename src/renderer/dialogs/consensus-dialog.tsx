import { Button, Checkbox, Modal, Radio } from "@mantine/core";
import { useState } from "react";
import { useShallow } from "zustand/react/shallow";
import {
  type ConsensusMethod,
  consensusMethods,
  consensusNames,
} from "../../core/consensus/consensus-origin";
import type { LayerView } from "../../host/contract";
import { makeConsensus } from "../actions/consensus";
import { LayerBadge } from "../app/controls/layer-badge";
import { counted } from "../app/format";
import { useLayers, useSeries } from "../state/queries";
import { activeViewport, layerLetter } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import styles from "./dialogs.module.css";

const methodTexts: Readonly<Record<ConsensusMethod, string>> = {
  "majority-vote": "What more layers mark than mark anything else; where they are equal, background",
  staple: "Weighs each layer by how reliable all slices show it to be (Warfield et al. 2004)",
};

const close = () => useWorkbench.setState({ dialog: undefined });

/** Chooses layers of the active series, and how they become one. */
export function ConsensusDialog() {
  const opened = useWorkbench((state) => state.dialog === "consensus");
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Consensus of layers"
      size={460}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && seriesId !== undefined && <ConsensusChoice seriesId={seriesId} />}
    </Modal>
  );
}

/** What models and people marked; a reference is measured against, and a consensus has voted already. */
const isReader = ({ origin }: LayerView): boolean =>
  origin.kind !== "reference" && origin.kind !== "consensus";

function ConsensusChoice({ seriesId }: { seriesId: string }) {
  const layers = (useLayers(seriesId).data ?? []).filter(({ frames }) => frames.length > 0);
  const letters = useViewports(useShallow((state) => layers.map((layer) => layerLetter(state, layer))));
  const frameCount = useSeries(seriesId).data?.frameCount;
  const [layerIds, setLayerIds] = useState(() => layers.filter(isReader).map(({ id }) => id));
  const [method, setMethod] = useState<ConsensusMethod>("majority-vote");
  const chosen = layers.filter(({ id }) => layerIds.includes(id));
  const slices = countShared(chosen);
  return (
    <>
      <fieldset className={styles.choices}>
        <legend>Layers</legend>
        {layers.map(({ id, name, colour }, at) => (
          <Checkbox
            key={id}
            label={
              <span className={styles.layerLabel}>
                <LayerBadge letter={letters[at]} colour={colour} />
                {name}
              </span>
            }
            checked={layerIds.includes(id)}
            onChange={({ currentTarget: { checked } }) =>
              setLayerIds(checked ? [...layerIds, id] : layerIds.filter((each) => each !== id))
            }
          />
        ))}
      </fieldset>
      <fieldset className={styles.choices}>
        <legend>Method</legend>
        {consensusMethods.map((each) => (
          <Radio
            key={each}
            name="method"
            label={consensusNames[each]}
            description={methodTexts[each]}
            checked={method === each}
            onChange={() => setMethod(each)}
          />
        ))}
      </fieldset>
      <p className={styles.note} role="status">
        {chosen.length < 2
          ? "A consensus takes two layers at least."
          : slices === frameCount
            ? "All slices have a mask of each."
            : `${slices} of ${counted(frameCount ?? 0, "slice")} have a mask of each; the others get none.`}
      </p>
      <div className={styles.buttons}>
        <Button variant="outline" onClick={close}>
          Cancel
        </Button>
        <Button
          data-autofocus
          disabled={chosen.length < 2 || slices === 0}
          onClick={() => {
            close();
            void makeConsensus({ seriesId, method, layerIds: chosen.map(({ id }) => id) });
          }}
        >
          Make layer
        </Button>
      </div>
    </>
  );
}

/** On how many slices all of some layers have a mask. */
function countShared([first, ...others]: readonly LayerView[]): number {
  const there = others.map(({ frames }) => new Set(frames));
  return first?.frames.filter((frame) => there.every((frames) => frames.has(frame))).length ?? 0;
}
