import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { humanError, landmarks, type Landmark, type TopFiveError } from "../../core/zoo/history";
import { findModelPair } from "../../core/zoo/pairs";
import controls from "../app/controls/controls.module.css";
import { showNetwork, useExplorer } from "../state/explorer";
import { useModels, useSeries } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { comparePair } from "./compare-pair";
import styles from "./timeline.module.css";

/** The top of the scale, in percent. */
const greatest = 20;
const ticks = [0, 5, 10, 15];
const measured = landmarks.filter(({ imagenet, id }) => imagenet !== undefined || id === "lenet");
const segmenting = landmarks.filter((landmark) => !measured.includes(landmark));

/** The line of networks: what each one added, and its error on ImageNet beside a person's. */
export function Timeline({ shownId }: { shownId: string | undefined }) {
  const shown = useExplorer((state) => state.timelineShown);
  return (
    <section className={styles.timeline} aria-label="Timeline">
      <div className={styles.head}>
        <ActionIcon
          size={24}
          aria-label={shown ? "Hide the timeline" : "Show the timeline"}
          aria-expanded={shown}
          onClick={() => useExplorer.setState({ timelineShown: !shown })}
        >
          {shown ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>
        <h2>From LeNet to U-Net</h2>
        <span className={controls.unit}>what each network added, and its error beside a person’s</span>
        {shown && <Legend />}
      </div>
      {shown && (
        <div className={styles.line}>
          <div className={styles.axis} aria-hidden>
            <span className={styles.axisName}>top-5 error, ImageNet</span>
            {ticks.map((percent) => (
              <span key={percent} style={heightOf(percent)}>
                {percent} %
              </span>
            ))}
          </div>
          <div className={styles.measured}>
            <Grid />
            {measured.map((landmark) => (
              <LandmarkCard
                key={landmark.id}
                landmark={landmark}
                isShown={landmark.architectureId === shownId}
              />
            ))}
          </div>
          <div className={styles.segmenting}>
            {segmenting.map((landmark) => (
              <LandmarkCard
                key={landmark.id}
                landmark={landmark}
                isShown={landmark.architectureId === shownId}
              />
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

const heightOf = (percent: number): CSSProperties => ({ bottom: `${(100 * percent) / greatest}%` });

function Legend() {
  return (
    <span className={styles.legend}>
      <i data-kind="single" /> one network, validation
      <i data-kind="entry" /> several networks, as entered, test
      <Tooltip multiline w={280} label={describeError("A person", humanError)}>
        <span>
          <i data-kind="person" /> a person, test ({humanError.source.paper.authors} 2015,{" "}
          {humanError.source.place})
        </span>
      </Tooltip>
    </span>
  );
}

/** Lines of the scale, and the person's. */
function Grid() {
  return (
    <div className={styles.grid} aria-hidden>
      {ticks.map((percent) => (
        <i key={percent} style={heightOf(percent)} />
      ))}
      <b style={heightOf(humanError.percent)}>
        <span>a person, {humanError.percent} %</span>
      </b>
    </div>
  );
}

/** "AlexNet: 18.2 % (one network, 10 patches; validation set). Krizhevsky..., Table 2." */
function describeError(name: string, { percent, what, set, source }: TopFiveError): string {
  const { authors, venue } = source.paper;
  return `${name}: ${percent} % top-5 error (${what}; ${set} set). ${authors}, ${venue}, ${source.place}.`;
}

function describeLandmark({ name, imagenet, instead }: Landmark): string {
  if (imagenet) {
    const { single, entry } = imagenet;
    return [single, ...(entry ? [entry] : [])].map((error) => describeError(name, error)).join(" ");
  }
  if (!instead) return name;
  const { authors, venue } = instead.source.paper;
  return `${name} ${instead.reason}, so it has no top-5 error on ImageNet. ${instead.measured} (${authors}, ${venue}, ${instead.source.place}).`;
}

function LandmarkCard({ landmark, isShown }: { landmark: Landmark; isShown: boolean }) {
  const { name, year, added, imagenet, instead, architectureId, pair } = landmark;
  const words = describeLandmark(landmark);
  return (
    <div className={styles.landmark} data-shown={isShown}>
      <Tooltip multiline w={300} label={words}>
        <button
          type="button"
          className={styles.card}
          aria-label={`${name}, ${year}. ${added}. ${words}`}
          aria-pressed={isShown}
          onClick={() => showNetwork({ kind: "architecture", id: architectureId })}
        >
          <span className={styles.bars}>
            {imagenet ? (
              <>
                <Bar error={imagenet.single} kind="single" />
                {imagenet.entry ? <Bar error={imagenet.entry} kind="entry" /> : <small>not entered</small>}
              </>
            ) : (
              <small>
                n/a, {instead?.reason}
                <br />
                {instead?.measured}
              </small>
            )}
          </span>
          <strong>{name}</strong>
          <span className={styles.year}>{year}</span>
          <span className={styles.added}>{added}</span>
        </button>
      </Tooltip>
      {pair && <PairButton landmark={landmark} />}
    </div>
  );
}

function Bar({ error, kind }: { error: TopFiveError; kind: "single" | "entry" }) {
  return (
    <span className={styles.bar} data-kind={kind} style={{ height: `${(100 * error.percent) / greatest}%` }}>
      <b>{error.percent}</b>
    </span>
  );
}

/** Both models of a pair on the open slice: what the step buys, seen. */
function PairButton({ landmark: { pair } }: { landmark: Landmark }) {
  const models = useModels().data ?? [];
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  const series = useSeries(seriesId).data;
  if (!pair) return null;
  const found = findModelPair(
    pair,
    models.map(({ card }) => card),
    series,
  );
  if (!found) return null;
  const names = `${found.with.name} and ${found.without.name}`;
  return (
    <Tooltip
      multiline
      w={280}
      label={series ? `Runs ${names} on the open slice` : `Open a study to run ${names} on a slice`}
    >
      <Button
        className={styles.pair ?? ""}
        h={24}
        px={8}
        {...(!series && { "data-disabled": true })}
        aria-label={`Compare on this slice, ${pair.what}`}
        onClick={() => void (series && comparePair(found))}
      >
        Compare on this slice
      </Button>
    </Tooltip>
  );
}
