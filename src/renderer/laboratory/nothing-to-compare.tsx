import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { ModelCard } from "../../core/model-card";
import { type SeriesKind, suitabilityWarning } from "../../core/suitability";
import type { ModelView } from "../../host/contract";
import { runModels } from "../actions/runs";
import { counted } from "../app/format";
import { CurtainIcon } from "../app/tool-icons";
import { orderModels } from "../inspector/model-order";
import { useModels, useSeries } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { runBehindCurtain } from "./actions";
import { shortName } from "./agreement-panel";
import styles from "./laboratory.module.css";

/** As many as have a letter and a colour of their own beside the reference. */
const mostModels = 4;

/** No layer has anything to compare: the models that suit the series are offered. */
export function NothingToCompare({ leftOut }: { leftOut: readonly string[] }) {
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  const series = useSeries(seriesId).data;
  const models = useModels().data ?? [];
  const suited = series ? ofOneTask(orderModels(models, series), series).slice(0, mostModels) : [];
  const pairs = suited.slice(1).map((card, at) => [suited[at]!, card] as const);
  return (
    <div className={styles.message}>
      <h1>Nothing to compare yet</h1>
      <p>
        Models that run on this series are measured here: against the reference where there is one, and
        against each other.
        {leftOut.length > 0 && ` ${leftOut.join(", ")} cannot be compared, as they mark other segments.`}
      </p>
      {suited.length > 0 && (
        <Button
          variant="filled"
          leftSection={<IconPlayerPlay size={16} />}
          onClick={() =>
            void runModels(
              suited.map(({ id }) => id),
              "series",
            )
          }
        >
          {`Run ${counted(suited.length, "model")} on this series`}
        </Button>
      )}
      {pairs.length > 0 && (
        <>
          <p className={styles.quiet}>Or look at two on this slice, behind a curtain</p>
          <div className={styles.pairs}>
            {pairs.map(([a, b]) => (
              <Button
                key={b.id}
                leftSection={<CurtainIcon />}
                onClick={() => void runBehindCurtain([a.id, b.id])}
              >
                {`${shortName(a.name)} and ${shortName(b.name)}`}
              </Button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** Those that suit the series and mark the same segments as the first of them. */
function ofOneTask(models: readonly ModelView[], series: SeriesKind): ModelCard[] {
  const cards = models
    .map(({ card }) => card)
    .filter((card) => suitabilityWarning(card, series) === undefined);
  const task = ({ output }: ModelCard): string =>
    JSON.stringify(output.segments.map(({ value, label }) => [value, label]));
  return cards.filter((card) => task(card) === task(cards[0]!));
}
