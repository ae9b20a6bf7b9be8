import { Button, Loader, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { FoundStudies, FoundStudy } from "../../core/archive";
import type { ArchiveView } from "../../host/contract";
import { host } from "../api/host";
import { isAbort } from "../api/request";
import { counted } from "../app/format";
import { queryClient, queryKeys, useJobs } from "../state/queries";
import type { JobView } from "../../host/contract";
import styles from "./archive.module.css";
import { Failure } from "./failure";
import { FetchProgress } from "./fetch-progress";
import { StudyTable } from "./study-table";
import { titleOfStudy } from "./words";

interface StudySearchProps {
  archives: readonly ArchiveView[];
  onFetched: () => void;
}

const texts = [
  { key: "patientName", label: "Patient name", placeholder: "How it begins" },
  { key: "patientId", label: "Patient ID", placeholder: "" },
  { key: "modality", label: "Modality", placeholder: "CT, MR…" },
  { key: "description", label: "Description", placeholder: "Any part of it" },
] as const;
const days = [
  { key: "from", label: "From" },
  { key: "to", label: "To" },
] as const;
type Key = (typeof texts | typeof days)[number]["key"];
type Words = Partial<Record<Key, string>>;

interface Question {
  archiveId: string;
  words: Words;
  /** The studies before the page that is asked for. */
  before: readonly FoundStudy[];
}

/** A form, what the archive answered, and the study that is on its way. */
export function StudySearch({ archives, onFetched }: StudySearchProps) {
  const [archiveId, setArchiveId] = useState(archives[0]!.id);
  const [words, setWords] = useState<Words>({});
  const [found, setFound] = useState<FoundStudies & Omit<Question, "before">>();
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  const search = useMutation({
    mutationFn: ({ archiveId, words, before }: Question) => {
      asking.current = new AbortController();
      return host.findStudies(archiveId, { ...words, offset: before.length }, asking.current.signal);
    },
    onSuccess: (page, { archiveId, words, before }) =>
      setFound({ ...page, archiveId, words, studies: [...before, ...page.studies] }),
  });
  const fetching = useMutation({
    mutationFn: (study: FoundStudy) =>
      host.fetchStudy(found!.archiveId, {
        studyInstanceUid: study.studyInstanceUid,
        title: titleOfStudy(study),
      }),
    onSuccess: (job) =>
      queryClient.setQueryData<JobView[]>(queryKeys.jobs, (known = []) =>
        known.some(({ id }) => id === job.id) ? known : [...known, job],
      ),
  });
  const job = useJobs().data?.find(({ id }) => id === fetching.data?.id);
  const isOpening = job?.state === "done";
  useEffect(() => {
    if (isOpening) onFetched();
  }, [isOpening, onFetched]);

  const ask = (question: Question) => {
    fetching.reset();
    search.mutate(question);
  };
  const failure = search.error && !isAbort(search.error) ? search.error : undefined;
  const isFetching = fetching.isPending || job?.state === "running" || job?.state === "waiting";
  return (
    <>
      <form
        role="search"
        aria-label="Find studies"
        className={styles.search}
        onSubmit={(event) => {
          event.preventDefault();
          setFound(undefined);
          ask({ archiveId, words: filled(words), before: [] });
        }}
      >
        <NativeSelect
          size="xs"
          label="Archive"
          value={archiveId}
          onChange={({ currentTarget }) => setArchiveId(currentTarget.value)}
          data={archives.map(({ id, archive }) => ({ value: id, label: archive.name }))}
        />
        {texts.map(({ key, label, placeholder }, index) => (
          <TextInput
            key={key}
            size="xs"
            label={label}
            placeholder={placeholder}
            maxLength={key === "modality" ? 16 : 64}
            data-autofocus={index === 0 || undefined}
            value={words[key] ?? ""}
            onChange={({ currentTarget: { value } }) => setWords({ ...words, [key]: value })}
          />
        ))}
        {days.map(({ key, label }) => (
          <TextInput
            key={key}
            size="xs"
            type="date"
            label={label}
            value={words[key] ?? ""}
            onChange={({ currentTarget: { value } }) => setWords({ ...words, [key]: value })}
          />
        ))}
        <Button type="submit" variant="filled" disabled={search.isPending || isFetching}>
          Find studies
        </Button>
      </form>
      <div className={styles.results} aria-busy={search.isPending}>
        {found && found.studies.length > 0 && (
          <StudyTable
            studies={found.studies}
            disabled={isFetching}
            onFetch={(study) => fetching.mutate(study)}
          />
        )}
        {found?.studies.length === 0 && !search.isPending && (
          <p className={styles.waiting}>No study matches. An empty form finds all that the archive lists.</p>
        )}
        {search.isPending && (
          <p className={styles.waiting}>
            <Loader size={14} /> The archive is asked…
            <Button variant="outline" onClick={() => asking.current?.abort()}>
              Cancel
            </Button>
          </p>
        )}
        {!found && !search.isPending && !failure && (
          <p className={styles.waiting}>
            Nothing is asked of the archive before you press Find studies. * and ? stand for any letters.
          </p>
        )}
        {failure && <Failure title="The search failed" error={failure} />}
      </div>
      <div className={styles.foot}>
        {found && found.studies.length > 0 && (
          <span aria-live="polite">
            {counted(found.studies.length, "study", "studies")}
            {found.more && ", there are more"}. {found.warnings.join(" ")}
          </span>
        )}
        {found?.more && (
          <Button
            variant="outline"
            disabled={search.isPending || isFetching}
            onClick={() => ask({ ...found, before: found.studies })}
          >
            Show more
          </Button>
        )}
        {fetching.error && <Failure title="The study was not fetched" error={fetching.error} />}
        {job && <FetchProgress job={job} />}
      </div>
    </>
  );
}

/** What was filled in; days as DICOM writes them. */
function filled(words: Words): Words {
  const entries = Object.entries(words).map(([key, value]) => [
    key,
    key === "from" || key === "to" ? value.replaceAll("-", "") : value.trim(),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== "")) as Words;
}
