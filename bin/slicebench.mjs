#!/usr/bin/env node
import { existsSync } from "node:fs";

const built = new URL("../out/main/cli.mjs", import.meta.url);
if (!existsSync(built)) {
  console.error("Slicebench is not built yet. Run `npm ci && npm run build` in its folder first.");
  process.exit(2);
}
await import(built.href);
