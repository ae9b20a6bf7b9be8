import type { DeidentificationPreview } from "../../host/contract";
import styles from "./deidentify.module.css";

/** What would happen to each attribute, with values before and after. */
export function ChangeTable({ changes }: { changes: DeidentificationPreview["changes"] }) {
  return (
    // Scrolls by itself: the keyboard must reach it.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label="What would change">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">Change</th>
            <th scope="col" className={styles.count}>
              Files
            </th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ tag, name, action, files, examples }) => (
            <tr key={`${tag} ${name} ${action}`}>
              <td>
                {name} <small>{tag}</small>
              </td>
              <td>{action}</td>
              <td className={styles.count}>{files}</td>
              <td data-selectable>{lines(examples.map(({ before }) => before))}</td>
              <td data-selectable>{lines(examples.map(({ after }) => after))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lines(values: readonly string[]) {
  return values.map((value, index) => <div key={index}>{value}</div>);
}
