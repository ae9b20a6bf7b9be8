import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { noop, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { findCommand } from "../../core/commands";
import type { ReadingChoice } from "../../core/comparison/blind-reading";
import { chordsOf } from "../../core/key-chord";
import type { ReadingView } from "../../host/contract";
import { fetchFrame, fetchPresentedMask } from "../api/pixels";
import { useCommands } from "../app/command-context";
import { KeyCaps } from "../app/controls/key-caps";
import { counted } from "../app/format";
import { useReading } from "../state/reading";
import { revealReading, stepReading } from "./actions";
import { MaskPicture } from "./mask-picture";
import styles from "./reading.module.css";

/** Slice and both masks of one presentation. A short while is enough: the next one, and one back. */
const presentationQuery = (reading: ReadingView, index: number) => ({
  queryKey: ["presentation", reading.id, index],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const { seriesId, frame } = reading.places[index]!;
    const mask = (side: "left" | "right") =>
      fetchPresentedMask({ readingId: reading.id, index, side }, signal);
    const [picture, left, right] = await Promise.all([
      fetchFrame(seriesId, frame, signal),
      mask("left"),
      mask("right"),
    ]);
    return { picture, left, right, both: [left, right] };
  },
  gcTime: 30_000,
});

/** Two masks of one slice, without names, and the three answers. */
export function PresentedPair({ reading }: { reading: ReadingView }) {
  const at = useReading((state) => state.at);
  return at < reading.places.length ? <Pair reading={reading} at={at} /> : <AllShown reading={reading} />;
}

function Pair({ reading, at }: { reading: ReadingView; at: number }) {
  const client = useQueryClient();
  const { data, error } = useQuery(presentationQuery(reading, at));
  useEffect(() => {
    if (at + 1 < reading.places.length) client.query(presentationQuery(reading, at + 1)).catch(noop);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a reading's places never change, its answers do
  }, [client, reading.id, at]);
  const chosen = reading.choices[at];
  return (
    <>
      <div className={styles.pictures}>
        {error ? (
          <p role="alert">{`This slice cannot be shown: ${error.message} Leave it out.`}</p>
        ) : (
          (["left", "right"] as const).map((side) => (
            <figure key={side} data-chosen={chosen === side}>
              {data && (
                <MaskPicture
                  label={`${side === "left" ? "Left" : "Right"} mask on slice ${reading.places[at]!.frame + 1}`}
                  picture={data.picture}
                  mask={data[side]}
                  shared={data.both}
                  segments={reading.segments}
                />
              )}
            </figure>
          ))
        )}
      </div>
      <footer className={styles.answers} role="group" aria-label="Which is better">
        <Answer command="reading.left" chosen={chosen === "left"} />
        <Answer command="reading.tie" chosen={chosen === "tie"} />
        <Answer command="reading.right" chosen={chosen === "right"} />
        <span className={styles.back}>
          <Button
            variant="subtle"
            leftSection={<IconArrowLeft size={14} />}
            disabled={at === 0}
            onClick={() => stepReading(-1)}
          >
            Back
          </Button>
        </span>
        <span className={styles.end}>
          <Button variant="subtle" onClick={() => stepReading(1)}>
            {chosen === null ? "Leave out" : "Next"}
          </Button>
          <Button variant="subtle" onClick={() => void revealReading()}>
            End and tell the names
          </Button>
        </span>
      </footer>
    </>
  );
}

function Answer({ command, chosen }: { command: `reading.${ReadingChoice}`; chosen: boolean }) {
  const { run, keys } = useCommands();
  const { title } = findCommand(command)!;
  const [chord] = chordsOf(findCommand(command)!, keys);
  return (
    <Button
      h={36}
      aria-pressed={chosen}
      variant={chosen ? "light" : "default"}
      rightSection={chord === undefined ? undefined : <KeyCaps chord={chord} />}
      onClick={() => run(command)}
    >
      {title}
    </Button>
  );
}

function AllShown({ reading: { choices } }: { reading: ReadingView }) {
  const open = choices.filter((choice) => choice === null).length;
  return (
    <div className={styles.middle}>
      <div className={styles.form}>
        <p>
          {open === 0
            ? `All ${choices.length} pairs are answered. Once the names are told, answers stand.`
            : `${counted(open, "pair")} of ${choices.length} have no answer. Once the names are told, answers stand.`}
        </p>
        <div className={styles.row}>
          <Button leftSection={<IconArrowLeft size={14} />} onClick={() => stepReading(-1)}>
            Back
          </Button>
          <Button variant="filled" onClick={() => void revealReading()}>
            Tell the names
          </Button>
        </div>
      </div>
    </div>
  );
}
