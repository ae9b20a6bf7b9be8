import type { ComparisonRecord } from "../../core/comparison/record";
import type { LetteredModel } from "../../core/comparison/scenes";
import { LayerBadge } from "../app/controls/layer-badge";
import { formatRatio } from "../app/format";
import { Panel } from "./figure-panels";
import styles from "./laboratory.module.css";

type Reader = NonNullable<ComparisonRecord["cases"][number]["consensus"]>["readers"][number];

const columns: { head: string; of: (reader: Reader) => number | null | undefined }[] = [
  { head: "Dice to majority", of: ({ diceToMajority }) => diceToMajority },
  { head: "Dice to STAPLE", of: ({ diceToStaple }) => diceToStaple },
  { head: "Sensitivity", of: ({ sensitivity }) => Object.values(sensitivity)[0] },
  { head: "Specificity", of: ({ specificity }) => specificity },
];

/** Without a reference: each candidate against what all of them find together. */
export function ConsensusPanel({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const readers = record.cases.flatMap(({ consensus }) => consensus?.readers ?? []);
  return (
    <div className={styles.wide}>
      <Panel name="Consensus" words="no reference: each against what all find together">
        {readers.length === 0 ? (
          <p className={styles.note}>
            There is no reference, so no accuracy can be shown. Three models and more make a consensus; two
            can only be measured against each other. A reference is loaded in Compare.
          </p>
        ) : (
          <div className={styles.consensus}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  {columns.map(({ head }) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {models.map(({ id, name, badge }) => (
                  <tr key={id}>
                    <th scope="row">
                      <LayerBadge letter={badge.letter} colour={badge.colour} />
                      {name}
                    </th>
                    {columns.map(({ head, of }) => (
                      <td key={head}>
                        {formatRatio(
                          meanOf(
                            readers.filter(({ model }) => model === id).flatMap((reader) => of(reader) ?? []),
                          ),
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            <p className={styles.note}>
              Means over the slices. Each model is itself part of the consensus, so this says who is alone,
              not who is right. Sensitivity and specificity are STAPLE&apos;s own estimates.
            </p>
          </div>
        )}
      </Panel>
    </div>
  );
}

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
