import { installChromium, installPackages, run } from "./install.mjs";

/** `npm test`: installs what is missing, then types, style, layers, and all tests. Stops at the first failure. */
installPackages();
installChromium();
const npx = (...args) => run("npx", ["--no-install", ...args]);

console.log("\n== Types ==");
run("npm", ["run", "--silent", "check:types"]);
console.log("\n== Style ==");
run("npm", ["run", "--silent", "check:style"]);
console.log("\n== Layers, and nothing unused ==");
run("npm", ["run", "--silent", "check:layers"]);
console.log("\n== Build ==");
npx("electron-vite", "build", "--logLevel", "warn");
console.log("\n== Tests ==");
npx("vitest", "run");
console.log("\n== The workstation in Chromium ==");
npx("playwright", "test");
