import { useExplorer } from "../state/explorer";
import styles from "./architectures.module.css";
import { BlockInspector } from "./block-inspector";
import { NetworkPane } from "./network-pane";
import { useNetwork, useProposedNetwork } from "./networks";
import { Timeline } from "./timeline";

/** The workplace "Architectures": one network or two side by side, and what is known of the chosen block. */
export default function Architectures() {
  const panes = useExplorer((state) => state.panes);
  const activePane = useExplorer((state) => state.activePane);
  const proposed = useProposedNetwork();
  const active = panes[activePane] ?? panes[0];
  const choice = active?.network ?? proposed;
  const { query, folded } = useNetwork(choice);
  return (
    <div className={styles.workplace}>
      <div className={styles.timeline}>
        <Timeline shownId={choice?.kind === "architecture" ? choice.id : undefined} />
      </div>
      <main className={styles.centre}>
        {/* Networks are wide: two of them go below each other. */}
        <div className={styles.panes}>
          {panes.map((pane, place) => (
            <NetworkPane
              key={place}
              pane={pane}
              choice={pane.network ?? proposed}
              place={place}
              isOneOfTwo={panes.length > 1}
            />
          ))}
        </div>
      </main>
      <div className={styles.inspector}>
        {active && choice && query.data && folded && (
          <BlockInspector
            choice={choice}
            view={query.data}
            network={folded}
            place={activePane}
            open={active.open}
            selected={active.selected}
          />
        )}
      </div>
    </div>
  );
}
