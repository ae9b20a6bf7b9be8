import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a command in the repository and ends this program with its exit code if it fails. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  if (result.error) {
    console.error(`${command} could not be started: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Ends with a plain sentence where Node is too old to run what follows. */
function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Slicebench needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Installs the packages of the lockfile, unless exactly these are installed already. */
export function installPackages() {
  requireNode();
  const stamp = join(root, "node_modules", ".slicebench-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Installing packages (once)...");
  run("npm", ["ci"]);
  writeFileSync(stamp, lock);
}

/** Installs a Chromium for the end-to-end tests where there is none: Debian's where apt can, else Playwright's own. */
export function installChromium() {
  if (existsSync("/usr/bin/chromium")) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync("apt-get", ["--version"]).status === 0) {
    console.log("Installing Chromium (once)...");
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
    const words = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    if (spawnSync("apt-get", words, { stdio: ["ignore", "ignore", "inherit"] }).status === 0) return;
  }
  run("npx", ["--no-install", "playwright", "install", "chromium"]);
}
