/** Bodies that the page sends, each right but for the things it names: none of them starts work on the machine. */
export const requests: readonly { method: string; path: string; body: unknown }[] = [
  { method: "POST", path: "/api/studies", body: { paths: ["nowhere.dcm"] } },
  {
    method: "POST",
    path: "/api/runs",
    body: { seriesId: "s", modelIds: ["nuclei-unet"], frames: [0], acceptWarnings: true },
  },
  {
    method: "POST",
    path: "/api/layers",
    body: { seriesId: "s", name: "mine", segments: [{ value: 1, label: "a", colour: "#E69F00" }] },
  },
  {
    method: "PATCH",
    path: "/api/layers/l",
    body: { name: "mine", segments: [{ value: 1, label: "a", colour: "#E69F00" }] },
  },
  { method: "POST", path: "/api/history/undo", body: { seriesId: "s" } },
  {
    method: "PATCH",
    path: "/api/settings",
    body: {
      theme: "dark",
      density: "dense",
      keys: { undo: "Ctrl+Z" },
      cacheMegabytes: 512,
      fillOpacity: 0.5,
      panelWidths: { left: 200 },
    },
  },
  {
    method: "POST",
    path: "/api/measurements",
    body: {
      id: "4b0b3a5e-9a3c-4b57-8d5f-0d0a6a1f3f11",
      seriesId: "s",
      frame: 0,
      kind: "length",
      points: [
        { row: 1, column: 2 },
        { row: 3, column: 4 },
      ],
    },
  },
  {
    method: "POST",
    path: "/api/readings",
    body: { seriesId: "s", scope: "series", models: ["a", "b"], order: "disputed", mostPerPair: 20, seed: 1 },
  },
  { method: "PUT", path: "/api/review", body: { seriesId: "s", frame: 0, state: "done" } },
  { method: "PUT", path: "/api/session", body: { seriesId: "s", frame: 3, viewport: { zoom: 1 } } },
];
