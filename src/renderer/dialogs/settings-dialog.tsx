import { Modal, NumberInput, Slider } from "@mantine/core";
import { useState } from "react";
import type { Settings } from "../../host/contract";
import { ArchiveSettings } from "../archive/archive-settings";
import { attempt } from "../actions/report";
import { changeSettings, defaultSettings, useSettings } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { Choice } from "../inspector/choice";
import { KeySettings } from "./key-settings";
import styles from "./dialogs.module.css";

const change = (part: Partial<Settings>): void =>
  void attempt("The setting could not be kept", () => changeSettings(part));

/** What the program remembers for its reader: each change holds at once, there is nothing to save. */
export function SettingsDialog() {
  const opened = useWorkbench((state) => state.dialog === "settings");
  return (
    <Modal
      opened={opened}
      onClose={() => useWorkbench.setState({ dialog: undefined })}
      title="Settings"
      size={620}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Fields settings={useSettings().data ?? defaultSettings} />
      <ArchiveSettings />
      <KeySettings />
    </Modal>
  );
}

function Fields({ settings }: { settings: Settings }) {
  return (
    <div className={styles.settings}>
      <span>Theme</span>
      <Choice
        label="Theme"
        value={settings.theme}
        choices={[
          { value: "dark", label: "Dark" },
          { value: "light", label: "Light" },
          { value: "system", label: "As the system" },
        ]}
        onChange={(theme) => change({ theme })}
      />
      <span>Rows</span>
      <Choice
        label="Rows"
        value={settings.density}
        choices={[
          { value: "dense", label: "Dense" },
          { value: "roomy", label: "Roomy" },
        ]}
        onChange={(density) => change({ density })}
      />
      <label htmlFor="engine-threads">Engine threads</label>
      <NumberInput
        id="engine-threads"
        size="xs"
        w={200}
        min={0}
        max={256}
        description="0 is one for each core; from the next run on"
        value={settings.engineThreads}
        onChange={(value) => typeof value === "number" && change({ engineThreads: value })}
      />
      <label htmlFor="cache">Image cache</label>
      <NumberInput
        id="cache"
        size="xs"
        w={200}
        min={64}
        max={16_384}
        step={64}
        suffix=" MB"
        clampBehavior="strict"
        value={settings.cacheMegabytes}
        onChange={(value) => typeof value === "number" && value >= 64 && change({ cacheMegabytes: value })}
      />
      <span>New layers, fill</span>
      <OpacityField
        label="Fill of new layers in percent"
        value={settings.fillOpacity}
        onChange={(fillOpacity) => change({ fillOpacity })}
      />
      <span>New layers, outline</span>
      <OpacityField
        label="Outline of new layers in percent"
        value={settings.outlineOpacity}
        onChange={(outlineOpacity) => change({ outlineOpacity })}
      />
    </div>
  );
}

interface OpacityFieldProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
}

function OpacityField({ label, value, onChange }: OpacityFieldProps) {
  // Follows the thumb; the setting follows where it is let go.
  const [percent, setPercent] = useState(Math.round(value * 100));
  return (
    <output>
      <Slider
        thumbLabel={label}
        w={200}
        min={0}
        max={100}
        value={percent}
        onChange={setPercent}
        onChangeEnd={(chosen) => onChange(chosen / 100)}
      />
      {percent} %
    </output>
  );
}
