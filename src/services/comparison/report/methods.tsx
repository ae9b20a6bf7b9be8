/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { metricWords } from "../../../core/comparison/metric-words";
import { caseName } from "../../../core/comparison/case-name";
import type { ComparisonRecord } from "../../../core/comparison/record";
import type { LetteredModel } from "../../../core/comparison/scenes";
import { measuredKeys } from "../../../core/comparison/summary";
import { Badge } from "./parts";
import { formatMillions, plural } from "./words";

/** What a compared layer is that no model made here. */
const originTexts = {
  folder: "a folder of label maps",
  annotation: "drawn in the window",
  "dicom-object": "a DICOM object beside the images",
} as const;

/** How everything was measured, with what, and on what: enough to do it again. */
export function Methods({ record, models }: { record: ComparisonRecord; models: readonly LetteredModel[] }) {
  const { software, machine, cases, segments } = record;
  const keys = [...new Set(segments.flatMap(({ label }) => measuredKeys(cases, label)))];
  const series = new Set(cases.map((each) => each.series)).size;
  return (
    <section>
      <h2>Methods</h2>
      <p>
        {`${plural(cases.length, "case")} of ${plural(series, "series").replace("seriess", "series")} were measured` +
          (record.reference === undefined
            ? "; no reference was given."
            : `, ${record.reference.cases} of them against a reference.`) +
          " Figures are computed slice by slice, of volumes as a whole, on the picture's own grid; lengths are in millimetres where the spacing is known, else in pixels. A metric that is undefined (both masks empty, or an infinite distance where only one is) is n/a and enters no mean."}
      </p>
      {keys.length > 0 && (
        <>
          <p>
            P is a prediction's mask, R the reference's. A boundary pixel is an inside pixel with an outside
            neighbour (of 4, in a volume of 6); the picture's border counts as outside. Surface Dice has a
            tolerance of 1, boundary IoU a band of 2 % of the diagonal. Definitions follow Maier-Hein et al.,
            Metrics Reloaded, Nature Methods 21:195-212 (2024).
          </p>
          <dl>
            {keys.map((key) => (
              <>
                <dt>{metricWords[key].name}</dt>
                <dd>{metricWords[key].definition}</dd>
              </>
            ))}
          </dl>
        </>
      )}
      <h3>Statistics</h3>
      <p>
        Two candidates are compared on paired values by Wilcoxon's signed-rank test (two-sided), p values of a
        metric's pairs corrected after Holm (1979); only cases in which every candidate has a value are
        paired. Intervals are bootstrap 95 % intervals of the mean. Where there are six series or more, of
        several slices each, means over the series are paired, as slices of one patient are not independent. A
        ranking is called a tie where the corrected p is 0.05 or more: that is no proof that two are equally
        good.
      </p>
      <p>
        Agreement is the Dice between two candidates, mean over the segments that either marked; disagreement
        is 1 less its mean over the pairs. The consensus of three candidates and more is a majority vote, and
        STAPLE (Warfield, Zou and Wells 2004).
        {record.options.objects &&
          " Objects are the connected parts of a mask (neighbours share a side)" +
            (record.options.probabilities
              ? ", of a prediction grown by watershed from where its probability is at least 0.9 to where it is 0.5"
              : "") +
            "; a reference that numbers its objects keeps them."}
      </p>
      <h3>Cost</h3>
      <p>
        Milliseconds are the median from file to label map, without loading the model, one model after the
        other
        {record.kind === "window"
          ? " in one process while the window was in use; memory is the largest resident size of that process while the model ran, other models that it held included."
          : ", each in a process of its own; memory is the largest resident size of that process after a slice, runtime included."}
      </p>
      <h3>Software, machine and command</h3>
      <dl>
        <dt>Slicebench</dt>
        <dd>{software.version}</dd>
        {machine.engine && (
          <>
            <dt>Engine</dt>
            <dd>{`${machine.engine.name} ${machine.engine.version}, ${machine.engine.provider}`}</dd>
          </>
        )}
        <dt>Machine</dt>
        <dd>
          {`${machine.processor}, ${machine.logicalCores} logical cores, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB; ${machine.system}; Node ${machine.node}`}
        </dd>
        <dt>Finished</dt>
        <dd>{record.finishedAt}</dd>
        <dt>Command</dt>
        <dd>
          <code>{record.command}</code>
        </dd>
      </dl>
      <h3>Models</h3>
      <dl>
        {models.map((model) => (
          <>
            <dt>
              <Badge of={model} />
              {model.id}
            </dt>
            <dd>
              {[
                model.origin === "model"
                  ? `version ${model.version ?? "unknown"}`
                  : originTexts[model.origin],
                ...(model.parameters === undefined
                  ? []
                  : [`${formatMillions(model.parameters)} M parameters`]),
                ...(model.macs === undefined || model.macsAt === undefined
                  ? []
                  : [
                      `${(model.macs / 1e9).toFixed(2)} GMAC at ${model.macsAt.rows} x ${model.macsAt.columns}`,
                    ]),
                ...(model.use === undefined ? [] : [model.use]),
              ].join(", ")}
              {model.weightsSha256 !== undefined && (
                <>
                  <br />
                  <code>{`weights SHA-256 ${model.weightsSha256}`}</code>
                </>
              )}
            </dd>
          </>
        ))}
      </dl>
      <h3 class="unfolded">Inputs</h3>
      <details>
        <summary>{`SHA-256 of ${plural(cases.length, "input")}; they are in comparison.json too`}</summary>
        <dl>
          {cases.map((each) => (
            <>
              <dt>{caseName(each)}</dt>
              <dd>
                <code>{each.inputSha256}</code>
              </dd>
            </>
          ))}
        </dl>
      </details>
    </section>
  );
}
