import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { type CaseMetricKey, formatMetric, metricWords } from "../../core/comparison/metric-words";
import type { LetteredModel } from "../../core/comparison/scenes";
import type { LaboratoryView } from "../../host/contract";
import { LayerBadge } from "../app/controls/layer-badge";
import { useLaboratory } from "../state/laboratory";
import { openInCompare } from "./actions";
import { shortName } from "./agreement-panel";
import type { CaseRow } from "./case-rows";
import { CasePicture } from "./case-picture";
import styles from "./laboratory.module.css";
import viewport from "../viewport/viewport.module.css";

interface CaseViewProps {
  rows: readonly CaseRow[];
  row: CaseRow;
  view: LaboratoryView;
  models: readonly LetteredModel[];
  metric: CaseMetricKey;
}

/** One case large: what each candidate marked, and where that differs from the reference. */
export function CaseView({ rows, row, view, models, metric }: CaseViewProps) {
  const { place } = row;
  const at = rows.indexOf(row);
  const step = (by: number) => {
    const next = rows[at + by];
    if (next) useLaboratory.setState({ caseKey: next.key });
  };
  const layerOf = (model: string) =>
    view.layers.find((each) => each.model === model && each.seriesId === place.seriesId)?.layerId;
  const reference = view.references.find(({ seriesId }) => seriesId === place.seriesId)?.layerId;
  const hasReference = row.of.referenceSha256 !== undefined;
  const own = models.flatMap((model, index) => {
    const layerId = layerOf(model.id);
    return layerId === undefined || row.values[index] === undefined
      ? []
      : [{ model, layerId, value: row.values[index] }];
  });
  return (
    <section className={styles.panel} aria-label="Case">
      <header className={styles.head}>
        <h2>{`Slice ${place.frame + 1}`}</h2>
        <span className={styles.words}>{row.name}</span>
        <span className={styles.aside}>
          <ActionIcon aria-label="Previous case" disabled={at <= 0} onClick={() => step(-1)}>
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon aria-label="Next case" disabled={at >= rows.length - 1} onClick={() => step(1)}>
            <IconChevronRight size={16} />
          </ActionIcon>
          <Button onClick={() => void openInCompare(place)}>Open in Compare</Button>
        </span>
      </header>
      <div className={styles.tiles}>
        {own.map(({ model, layerId, value }) => (
          <figure key={model.id}>
            <CasePicture
              place={place}
              layerId={layerId}
              colour={model.badge.colour}
              referenceId={hasReference ? reference : undefined}
              layerIds={own.map((each) => each.layerId)}
            />
            <figcaption>
              <LayerBadge letter={model.badge.letter} colour={model.badge.colour} />
              <span>{shortName(model.name)}</span>
              <strong title={hasReference ? metricWords[metric].name : "Dice to the others"}>
                {formatMetric(hasReference ? metric : "dice", value)}
              </strong>
            </figcaption>
          </figure>
        ))}
      </div>
      {hasReference && (
        <ul className={styles.legend} aria-label="Difference">
          <li>
            <span className={`${viewport.swatch} ${viewport.agreed}`} />
            agreed
          </li>
          <li>
            <span className={`${viewport.swatch} ${viewport.tooMuch}`} />
            too much
          </li>
          <li>
            <span className={`${viewport.swatch} ${viewport.missed}`} />
            missed
          </li>
        </ul>
      )}
    </section>
  );
}
