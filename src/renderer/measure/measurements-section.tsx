import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCopy, IconDownload, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { MeasurementView } from "../../host/contract";
import { NameField } from "../annotate/segments/segment-row";
import { measurementTableUrl } from "../api/host";
import { CommandButton } from "../app/controls/command-button";
import controls from "../app/controls/controls.module.css";
import { useMeasurements } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { goToMeasurement, removeMeasurement, renameMeasurement } from "./actions";
import styles from "./measure.module.css";
import { useMeasuring } from "./measuring";
import { mainFigure, rawText, valueText } from "./words";

const none: readonly MeasurementView[] = [];

/** The measurements of the series with what they measure. A press goes to one. */
export function MeasurementsSection({ seriesId }: { seriesId: string }) {
  const measurements = useMeasurements(seriesId).data ?? none;
  return (
    <section className={controls.section} aria-label="Measurements">
      <div className={controls.sectionHead}>
        <h2>Measurements</h2>
        <span className={controls.spring} />
        {measurements.length > 0 && (
          <>
            <CommandButton command="measure.copy" icon={<IconCopy size={16} />} />
            <Tooltip label="Save measurements as CSV">
              <ActionIcon
                component="a"
                size={28}
                href={measurementTableUrl(seriesId)}
                download="measurements.csv"
                aria-label="Save measurements as CSV"
              >
                <IconDownload size={16} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
      </div>
      {measurements.length === 0 ? (
        <p className={styles.empty}>None yet. Take a tool under Measure and draw on the image.</p>
      ) : (
        <ul className={styles.rows}>
          {measurements.map((measurement) => (
            <MeasurementRow key={measurement.id} measurement={measurement} />
          ))}
        </ul>
      )}
    </section>
  );
}

function MeasurementRow({ measurement }: { measurement: MeasurementView }) {
  const { id, name, frame, figures } = measurement;
  const [renaming, setRenaming] = useState(false);
  const isChosen = useMeasuring(({ selectedId }) => selectedId === id);
  const isOnSlice = useViewports((state) => activeViewport(state).frameIndex === frame);
  const values = figures.kind === "region" ? figures.intensity : undefined;
  const place = isOnSlice ? "this slice" : `slice ${frame + 1}`;
  const detail = values
    ? `${isOnSlice ? "" : `${place}, `}mean ${valueText(values.mean)}, SD ${valueText(values.standardDeviation)}, ${rawText(values.minimum)} to ${rawText(values.maximum)}`
    : place;
  return (
    <li className={styles.row} data-chosen={isChosen || undefined}>
      {renaming ? (
        <NameField
          label={name}
          onDone={(wanted) => {
            setRenaming(false);
            if (wanted !== undefined) void renameMeasurement(measurement, wanted);
          }}
        />
      ) : (
        <button
          type="button"
          className={styles.name}
          aria-label={`Go to ${name}`}
          aria-pressed={isChosen}
          {...(isOnSlice && { "aria-current": "true" as const })}
          onClick={() => goToMeasurement(measurement)}
          onDoubleClick={() => setRenaming(true)}
        >
          <b>
            <span>{name}</span>
            <output>{mainFigure(figures)}</output>
          </b>
          <small title={detail}>{detail}</small>
        </button>
      )}
      <Tooltip label={`Rename ${name}`}>
        <ActionIcon size={24} aria-label={`Rename ${name}`} onClick={() => setRenaming(true)}>
          <IconPencil size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Remove ${name}`}>
        <ActionIcon
          size={24}
          aria-label={`Remove ${name}`}
          onClick={() => void removeMeasurement(measurement)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
