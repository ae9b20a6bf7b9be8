import { installPackages, run } from "./install.mjs";

installPackages();
run("npx", ["--no-install", "electron-vite", "build", "--logLevel", "warn"]);
