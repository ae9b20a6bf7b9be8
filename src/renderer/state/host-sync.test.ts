import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { JobView, LayerView } from "../../host/contract";
import { createHostSync } from "./host-sync";
import { queryKeys } from "./queries";

const layerOf = (id: string, revision: number): LayerView => ({
  id,
  seriesId: "series",
  name: id,
  origin: { kind: "annotation" },
  colour: "#E69F00",
  segments: [],
  frames: [],
  revision,
  visible: true,
});
const jobOf = (state: JobView["state"]): JobView => ({
  id: "job",
  kind: "run",
  title: "",
  state,
  done: 0,
  problems: [],
});

/** A question to the host whose answer comes when the test says so. */
function question<Data>(client: QueryClient, queryKey: readonly unknown[]) {
  let answer: (data: Data) => void = () => undefined;
  const answered = client.query({
    queryKey,
    staleTime: 0,
    queryFn: () => new Promise<Data>((resolve) => (answer = resolve)),
  });
  return { answer: (data: Data) => (answer(data), answered) };
}

test("an event of a series that nobody asked for is left to the first answer", () => {
  const client = new QueryClient();
  createHostSync(client)({ type: "layer", layer: layerOf("a", 1) });
  expect(client.getQueryData(queryKeys.layers("series"))).toBeUndefined();
});

test("an answer that was under way when a layer came, changed and went does not undo that", async () => {
  const client = new QueryClient();
  const sync = createHostSync(client);
  const layers = question<LayerView[]>(client, queryKeys.layers("series"));
  sync({ type: "layer", layer: layerOf("new", 1) });
  sync({ type: "layer", layer: layerOf("old", 7) });
  sync({ type: "layer-removed", layerId: "gone" });
  const answer = await layers.answer([layerOf("old", 6), layerOf("gone", 1)]);
  expect(answer).toHaveLength(2);
  expect(client.getQueryData(queryKeys.layers("series"))).toEqual([layerOf("old", 7), layerOf("new", 1)]);
});

test("an answer that was under way when a job ended does not show it running again", async () => {
  const client = new QueryClient();
  const sync = createHostSync(client);
  client.setQueryData<JobView[]>(queryKeys.jobs, [jobOf("running")]);
  const jobs = question<JobView[]>(client, queryKeys.jobs);
  sync({ type: "job", job: jobOf("done") });
  expect(client.getQueryData(queryKeys.jobs)).toEqual([jobOf("done")]);
  await jobs.answer([jobOf("running")]);
  expect(client.getQueryData(queryKeys.jobs)).toEqual([jobOf("done")]);
});

test("a first answer that was under way when the studies changed is asked for again", async () => {
  const client = new QueryClient();
  const studies = question<string[]>(client, queryKeys.studies);
  createHostSync(client)({ type: "studies" });
  expect(client.getQueryState(queryKeys.studies)?.isInvalidated).toBe(false);
  await studies.answer([]);
  expect(client.getQueryState(queryKeys.studies)?.isInvalidated).toBe(true);
});
