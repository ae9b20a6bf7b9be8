import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ArchiveView } from "../../host/contract";
import { attempt } from "../actions/report";
import { host } from "../api/host";
import { queryClient, queryKeys, useArchives } from "../state/queries";
import { ArchiveForm } from "./archive-form";
import styles from "./archive.module.css";
import { Failure } from "./failure";
import { addressText } from "./words";

/** The archives that are configured: added, asked whether they answer, and removed. */
export function ArchiveSettings() {
  const archives = useArchives();
  const [adding, setAdding] = useState(false);
  return (
    <section className={styles.section} aria-label="Archives">
      <h3>Archives</h3>
      <p>
        {archives.data?.length === 0 && "None is configured. "}
        An archive is contacted only when you test it, search it, or send to it.
      </p>
      {archives.error && <Failure title="The list of archives is not there" error={archives.error} />}
      <ul className={styles.archives}>
        {archives.data?.map((archive) => (
          <ArchiveRow key={archive.id} view={archive} />
        ))}
      </ul>
      {adding ? (
        <ArchiveForm onAdded={() => setAdding(false)} onCancel={() => setAdding(false)} />
      ) : (
        <Button variant="outline" onClick={() => setAdding(true)}>
          Add archive…
        </Button>
      )}
    </section>
  );
}

function ArchiveRow({ view: { id, archive } }: { view: ArchiveView }) {
  const echo = useMutation({ mutationFn: () => host.echoArchive(id) });
  const remove = () =>
    attempt("The archive could not be removed", async () => {
      await host.removeArchive(id);
      await queryClient.invalidateQueries({ queryKey: queryKeys.archives });
    });
  return (
    <li>
      <span>
        {archive.name}
        <small>{addressText(archive)}</small>
      </span>
      <Button
        variant="outline"
        aria-label={`Test ${archive.name}`}
        loading={echo.isPending}
        onClick={() => echo.mutate()}
      >
        Test
      </Button>
      <Button variant="outline" aria-label={`Remove ${archive.name}`} onClick={() => void remove()}>
        Remove
      </Button>
      {echo.isSuccess && (
        <span className={styles.answer} role="status">
          <IconCheck size={16} /> It answers, and lets this workstation in.
        </span>
      )}
      {echo.error && <Failure title="The test failed" error={echo.error} />}
    </li>
  );
}
