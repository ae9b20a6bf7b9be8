import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { PairPreference } from "../../core/comparison/blind-reading";
import type { ReadingResult as Result, ReadingView } from "../../host/contract";
import { readingTableUrl } from "../api/host";
import { counted } from "../app/format";
import { shortName } from "../laboratory/agreement-panel";
import { describePreference } from "./preference-words";
import styles from "./reading.module.css";

/** Who was preferred over whom, how often, and whether that tells them apart. */
export function ReadingResult({ reading, result }: { reading: ReadingView; result: Result }) {
  const nameOf = (id: string): string =>
    shortName(result.candidates.find((candidate) => candidate.id === id)?.name ?? id);
  const { left, right } = result.sides;
  const series = new Set(reading.places.map(({ seriesId }) => seriesId)).size;
  return (
    <div className={styles.result}>
      <table>
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">First preferred</th>
            <th scope="col">Second preferred</th>
            <th scope="col">Neither</th>
            <th scope="col">No answer</th>
            <th scope="col">Win rate of the first, 95 % interval</th>
          </tr>
        </thead>
        <tbody>
          {result.pairs.map((pair) => (
            <tr key={`${pair.a} ${pair.b}`}>
              <th scope="row">{`${nameOf(pair.a)} against ${nameOf(pair.b)}`}</th>
              <td>{pair.aWins}</td>
              <td>{pair.bWins}</td>
              <td>{pair.ties}</td>
              <td>{pair.unread}</td>
              <td>
                <Rate pair={pair} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={styles.verdicts}>
        {result.pairs.map((pair) => (
          <li key={`${pair.a} ${pair.b}`}>{describePreference(pair, nameOf)}</li>
        ))}
      </ul>
      <p className={styles.words}>
        {`Left was preferred ${counted(left, "time")}, right ${right}. `}
        {reading.identical > 0 &&
          `${counted(reading.identical, "pair")} of masks that are the same ${reading.identical === 1 ? "was" : "were"} left out. `}
        {reading.order === "disputed" && "The slices are those on which the two differ most. "}
        {`Interval after Wilson; "neither" is not counted. Seed ${result.seed}.`}
        {series < reading.places.length &&
          " Slices of one series resemble each other: take narrow intervals with care."}
      </p>
      <div className={styles.row}>
        <Button
          component="a"
          href={readingTableUrl(reading.id)}
          download="blind-reading.csv"
          leftSection={<IconDownload size={16} />}
        >
          Save answers as CSV
        </Button>
      </div>
    </div>
  );
}

const scale = 160;

/** The interval as a line on 0..100 %, with the half marked. */
function Rate({ pair: { winRate } }: { pair: PairPreference }) {
  if (winRate === undefined) return <>n/a</>;
  const { rate, low, high, decided } = winRate;
  return (
    <span className={styles.rate}>
      <svg viewBox={`0 0 ${scale} 14`} width={scale} height={14} aria-hidden>
        <rect y="6.5" width={scale} height="1" fill="var(--track)" />
        <rect x={scale / 2} y="1" width="1" height="12" fill="var(--text-3)" />
        <rect x={low * scale} y="6" width={(high - low) * scale} height="2" fill="var(--text-1)" />
        <circle cx={rate * scale} cy="7" r="4" fill="var(--text-1)" />
      </svg>
      {`${percent(rate)} % (${percent(low)} to ${percent(high)}) of ${decided}`}
    </span>
  );
}

const percent = (share: number): number => Math.round(100 * share);
