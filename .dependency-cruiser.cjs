/** The import rules of the design ("Who may import whom"), held by CI. */
const only = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: "error",
  from: { path: `^src/${folder}/`, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^src/", pathNot: `^src/(${[folder, ...allowed].join("|")})/` },
});

module.exports = {
  forbidden: [
    only("core", [], "core is pure: it imports nothing of the others"),
    only("formats", ["core"], "formats imports core alone"),
    {
      ...only(
        "engine",
        ["core"],
        "engine imports core alone; its child process is a place where parts are put together",
      ),
      from: { path: "^src/engine/", pathNot: "(\\.test\\.ts|^src/engine/process\\.ts)$" },
    },
    only("archive", ["core"], "archive imports core alone"),
    only("workspace", ["core"], "workspace imports core alone"),
    only("training", ["core"], "training imports core alone"),
    {
      ...only(
        "services",
        ["core", "formats", "engine", "workspace", "training", "archive"],
        "services sit on the five below, and speak the words of the contract with the page",
      ),
      to: {
        path: "^src/",
        pathNot: "^src/((services|core|formats|engine|workspace|training|archive)/|host/contract(\\.ts$|/))",
      },
    },
    only("host", ["core", "services"], "host imports services"),
    only(
      "renderer",
      ["core", "host", "preload"],
      "renderer imports core, and of host and preload types only",
    ),
    only("preload", [], "preload imports nothing"),
    {
      name: "renderer-shares-types-only",
      comment:
        "the page speaks to the host by fetch, to the preload by its bridge; only their types may be shared",
      severity: "error",
      from: { path: "^src/renderer/" },
      to: { path: "^src/(host|preload)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-no-node",
      comment: "core knows neither Node nor the DOM",
      severity: "error",
      from: { path: "^src/core/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "one-file-imports-onnxruntime",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/engine/runtime\\.ts$" },
      to: { path: "node_modules/onnxruntime-", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "one-file-imports-sqlite",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/workspace/database\\.ts$" },
      to: { path: "node_modules/libsql" },
    },
    {
      name: "only-main-and-preload-import-electron",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main|preload)/" },
      to: { path: "node_modules/electron/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.node.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
