import { Button, VisuallyHidden } from "@mantine/core";
import type { FoundStudy } from "../../core/archive";
import styles from "./archive.module.css";
import { dayText, patientText } from "./words";

interface StudyTableProps {
  studies: readonly FoundStudy[];
  /** While one is on its way. */
  disabled: boolean;
  onFetch: (study: FoundStudy) => void;
}

/** The studies that an archive found, in its order. */
export function StudyTable({ studies, disabled, onFetch }: StudyTableProps) {
  return (
    // Scrolls by itself: the keyboard must reach it.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label="Studies">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Patient name</th>
            <th scope="col">Patient ID</th>
            <th scope="col">Date</th>
            <th scope="col">Modality</th>
            <th scope="col">Description</th>
            <th scope="col" className={styles.count}>
              Series / images
            </th>
            <th scope="col">
              <VisuallyHidden>Fetch</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {studies.map((study) => (
            <tr key={study.studyInstanceUid} data-selectable>
              <td>{patientText(study)}</td>
              <td>{study.patientId}</td>
              <td>{dayText(study.studyDate)}</td>
              <td>{study.modalities.join(", ")}</td>
              <td>{study.description}</td>
              <td className={styles.count}>
                {study.seriesCount ?? "?"} / {study.instanceCount ?? "?"}
              </td>
              <td>
                <Button
                  variant="outline"
                  disabled={disabled}
                  aria-label={`Fetch the study of ${patientText(study)}, ${dayText(study.studyDate)}`}
                  onClick={() => onFetch(study)}
                >
                  Fetch
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
