/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { ComparisonRecord } from "../../../core/comparison/record";
import { CaseTable, NotableCases } from "./cases";
import { Agreement } from "./consensus";
import { AllFigures, PairTests } from "./figures";
import { Methods } from "./methods";
import { ModelTable, Verdicts } from "./overview";
import type { MeasuredRobustness } from "../robustness";
import { Costs, Spreads } from "./plots";
import { RobustnessStrips } from "./robustness";
import { reportStyle } from "./style";
import type { CaseStrip } from "./thumbnails";
import { withBadges } from "../../../core/comparison/scenes";
import { Volumes } from "./volumes";
import { plural } from "./words";

export interface ReportParts {
  record: ComparisonRecord;
  strips: readonly CaseStrip[];
  /** Pictures of the robustness strip, by model. */
  robustness?: MeasuredRobustness["pictures"];
  /** The typeface as a data URI. */
  font: string;
}

/** The report as one page without a script. Whatever comes from files is escaped by the templates. */
export function renderReport({ record, strips, robustness, font }: ReportParts): string {
  const style = reportStyle(font);
  const styleHash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; img-src data:; font-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  const page: { toString: () => string } = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{titleOf(record)}</title>
        <style>{raw(style)}</style>
      </head>
      <Body record={record} strips={strips} {...(robustness && { robustness })} />
    </html>
  );
  return `<!doctype html>\n${page.toString()}\n`;
}

function Body({ record, strips, robustness }: Omit<ReportParts, "font">) {
  const models = withBadges(record.models);
  const { cases, reference, failures } = record;
  const uses = [...new Set(record.models.flatMap(({ use }) => use ?? []))];
  return (
    <body>
      <header>
        <h1>{titleOf(record)}</h1>
        <p class="label">
          {[
            record.segments.map(({ label }) => label).join(", "),
            reference === undefined ? "no reference" : `reference for ${reference.cases} of ${cases.length}`,
            record.finishedAt.slice(0, 10),
            `Slicebench ${record.software.version}`,
          ].join(" · ")}
        </p>
        {uses.map((use) => (
          <p class="use">{`${use.slice(0, 1).toUpperCase()}${use.slice(1)}.`}</p>
        ))}
      </header>
      <main>
        <section>
          <h2>What came out</h2>
          <Verdicts record={record} models={models} />
          <ModelTable record={record} models={models} />
        </section>
        {reference !== undefined &&
          record.segments.map(({ label }) => (
            <section>
              <h2>{record.segments.length > 1 ? `Spread and cost, ${label}` : "Spread and cost"}</h2>
              <Spreads record={record} models={models} segment={label} />
              <Costs record={record} models={models} segment={label} />
              <p class="quiet">
                The dashed line joins those that no other beats; bars are 95 % intervals of the mean.
              </p>
            </section>
          ))}
        {models.length > 1 && (
          <section>
            <h2>Agreement between the models</h2>
            <Agreement record={record} models={models} />
          </section>
        )}
        <NotableCases record={record} models={models} strips={strips} />
        {record.robustness && (
          <RobustnessStrips found={record.robustness} models={models} pictures={robustness} />
        )}
        <CaseTable record={record} models={models} />
        {record.volumes && <Volumes volumes={record.volumes} models={models} />}
        <PairTests record={record} models={models} />
        {reference !== undefined && <AllFigures record={record} models={models} />}
        {failures.length > 0 && (
          <section>
            <h2>{plural(failures.length, "failure")}</h2>
            <dl>
              {failures.map(({ file, message }) => (
                <>
                  <dt>{file ?? "comparison"}</dt>
                  <dd>{message}</dd>
                </>
              ))}
            </dl>
          </section>
        )}
        <Methods record={record} models={models} />
        <footer>
          {
            "Made by Slicebench on this machine; nothing was sent anywhere. Figures: comparison.json, comparison.csv."
          }
        </footer>
      </main>
    </body>
  );
}

function titleOf({ models, cases }: ComparisonRecord): string {
  return `${plural(models.length, "model")} over ${plural(cases.length, "case")}`;
}
