import { join } from "node:path";
import { app } from "electron";
import { builtPageFolder } from "../services/installation";
import { startDesktop } from "./desktop";
import { parseLaunch } from "./launch";

// Unpackaged, Electron's own first word is the program's folder.
const words = process.argv.slice(app.isPackaged ? 1 : 2);

startDesktop({
  launch: parseLaunch(words, process.cwd()),
  pageFolder: builtPageFolder(),
  preload: join(import.meta.dirname, "../preload/index.cjs"),
  ...(process.env.SLICEBENCH_WORKSPACE !== undefined && {
    workspaceFile: process.env.SLICEBENCH_WORKSPACE,
  }),
});
