import { Button, Checkbox, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { type ExportFormat, exportFormats, exportFormatTexts } from "../../core/export-formats";
import type { LayerView } from "../../host/contract";
import { exportLayer } from "../actions/export-layer";
import { annotatedLayer, useAnnotation } from "../annotate/annotation";
import { SendToArchive } from "../archive/send-to-archive";
import { desktop } from "../api/bridge";
import { useLayers } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import styles from "./dialogs.module.css";

/** Layers keep no probabilities, so the window does not offer them. */
const offered = exportFormats.filter((format) => format !== "seg-fractional");

const close = () => useWorkbench.setState({ dialog: undefined });

/** Chooses a layer of the active series, and what it is written as. */
export function ExportDialog() {
  const opened = useWorkbench((state) => state.dialog === "export");
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Export layer"
      size={520}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && <ExportChoice />}
    </Modal>
  );
}

/** What the reader works on: the annotation in Annotate, elsewhere the layer that was selected. */
function layerInHand(): string | undefined {
  const { workplace, selectedLayerId } = useWorkbench.getState();
  if (workplace !== "annotate") return selectedLayerId;
  return annotatedLayer(viewportsStore.getState(), useAnnotation.getState())?.id;
}

/** What came from a file is there already: it is what was made here that is wanted outside. */
const isMade = ({ origin }: LayerView): boolean =>
  origin.kind !== "reference" && origin.kind !== "dicom-object";

function ExportChoice() {
  const layers = useLayers(useViewports((state) => activeViewport(state).seriesId)).data ?? [];
  const filled = layers.filter(({ frames }) => frames.length > 0);
  const [layerId, setLayerId] = useState(layerInHand);
  const [formats, setFormats] = useState<readonly ExportFormat[]>(["seg"]);
  const layer = filled.find(({ id }) => id === layerId) ?? filled.find(isMade) ?? filled[0];
  if (!layer) return <p>No layer of this series has a label map yet.</p>;
  const toggle = (format: ExportFormat) =>
    setFormats(formats.includes(format) ? formats.filter((each) => each !== format) : [...formats, format]);
  return (
    <>
      <NativeSelect
        label="Layer"
        value={layer.id}
        onChange={({ currentTarget }) => setLayerId(currentTarget.value)}
        data={filled.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <fieldset className={styles.formats}>
        <legend>Formats</legend>
        {offered.map((format) => (
          <Checkbox
            key={format}
            label={exportFormatTexts[format].title}
            description={exportFormatTexts[format].detail}
            checked={formats.includes(format)}
            onChange={() => toggle(format)}
          />
        ))}
      </fieldset>
      <p className={styles.note}>
        Each file is read back and compared before it counts as written. DICOM files carry the patient&apos;s
        name.
      </p>
      <SendToArchive layer={layer} formats={formats} onSent={close} />
      <div className={styles.buttons}>
        <Button variant="outline" onClick={close}>
          Cancel
        </Button>
        <Button
          data-autofocus
          disabled={formats.length === 0}
          onClick={() => {
            close();
            void exportLayer(layer, formats);
          }}
        >
          {desktop ? "Choose folder…" : "Download"}
        </Button>
      </div>
    </>
  );
}
