import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { type ExportFormat, type SentFormat, sentFormats } from "../../core/export-formats";
import type { LayerView } from "../../host/contract";
import { attempt } from "../actions/report";
import { activeFrame } from "../actions/runs";
import { host } from "../api/host";
import { useArchives } from "../state/queries";
import styles from "./archive.module.css";

interface SendToArchiveProps {
  layer: LayerView;
  formats: readonly ExportFormat[];
  onSent: () => void;
}

const isSent = (format: ExportFormat): format is SentFormat =>
  (sentFormats as readonly ExportFormat[]).includes(format);

/** Sends a layer where an archive is configured; what is no DICOM stays out of it. */
export function SendToArchive({ layer, formats, onSent }: SendToArchiveProps) {
  const archives = useArchives().data ?? [];
  const [chosenId, setChosenId] = useState<string>();
  const archive = archives.find(({ id }) => id === chosenId) ?? archives[0];
  if (!archive) return null;
  const sent = formats.filter(isSent);
  const send = () =>
    attempt("The layer could not be sent", async () => {
      const frame = activeFrame();
      await host.sendLayer(archive.id, {
        layerId: layer.id,
        formats: sent,
        ...(frame !== undefined && { frame }),
      });
      onSent();
    });
  return (
    <div className={styles.send}>
      <NativeSelect
        label="Archive"
        description={
          sent.length === formats.length
            ? "Takes the chosen DICOM objects"
            : "Takes DICOM objects alone, not the other chosen formats"
        }
        value={archive.id}
        onChange={({ currentTarget }) => setChosenId(currentTarget.value)}
        data={archives.map((each) => ({ value: each.id, label: each.archive.name }))}
      />
      <Button variant="outline" disabled={sent.length === 0} onClick={() => void send()}>
        Send to archive
      </Button>
    </div>
  );
}
