import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

/** Programs of worker threads, `src/services/<name>-worker.ts`: started by file, so each is an entry. */
const workers = Object.fromEntries(
  readdirSync("src/services")
    .filter((file) => file.endsWith("-worker.ts"))
    .map((file) => [basename(file, ".ts"), resolve("src/services", file)]),
);

/**
 * One build for all three doors. `main` holds every Node entry: Electron's main process, the command
 * line, and the engine's child process; they share chunks. The preload is CommonJS, as the sandbox wants.
 */
export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: resolve("src/main/index.ts"),
          cli: resolve("src/cli/index.ts"),
          "engine-process": resolve("src/engine/process.ts"),
          ...workers,
        },
        output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "chunks/[name]-[hash].mjs" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      rolldownOptions: {
        input: { index: resolve("src/preload/index.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "src/renderer",
    plugins: [react()],
    // Each answer has a nonce of its own: the host puts it in this place (src/host/page.ts).
    html: { cspNonce: "SLICEBENCH_NONCE" },
    build: {
      outDir: "out/renderer",
      // The page's packages are bundled, so their licences must come along; Node's keep theirs in node_modules.
      license: { fileName: "third-party-licences.md" },
      rolldownOptions: {
        input: { index: resolve("src/renderer/index.html"), start: resolve("src/renderer/start.html") },
      },
    },
  },
});
