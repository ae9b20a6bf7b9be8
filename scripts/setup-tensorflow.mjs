#!/usr/bin/env node
/**
 * Makes @tensorflow/tfjs-node usable for `npm run train`, in the git-ignored folder `.tensorflow`.
 *
 * tfjs-node's own installer downloads libtensorflow from an address that refuses everybody
 * (tensorflow/tfjs#8742). PyPI's `tensorflow-cpu` wheel holds the same C API with its headers, so we
 * install tfjs-node without its scripts, take the library out of the wheel, and build the addon here.
 * Neither package.json nor the lockfile changes: the product never needs TensorFlow.
 *
 * Needs Linux on x64, python3 with pip, make and a C++17 compiler. Running it again does nothing
 * unless `--force` is given. Disk: 700 MB; download: 200 MB.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TFJS_VERSION = "4.22.0";
// The newest TensorFlow line before Keras 3 whose headers compile as C++17 with tfjs-node's binding.
const TENSORFLOW_VERSION = "2.15.1";
const NODE_GYP_VERSION = "11";
const NAPI_VERSION = "8";

const folder = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), ".tensorflow");
const addonFolder = join(folder, "node_modules", "@tensorflow", "tfjs-node");
const libraryFolder = join(addonFolder, "deps", "lib");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Ends the program with what is missing and what to do about it. */
function fail(sentence, hint) {
  console.error(`setup:tensorflow: ${sentence}\n  ${hint}`);
  process.exit(1);
}

/** Runs a program with its output shown; a failure ends the setup with the hint. */
function run(program, programArguments, { cwd = folder, hint }) {
  console.error(`> ${program} ${programArguments.join(" ")}`);
  const { status, error } = spawnSync(program, programArguments, { cwd, stdio: ["ignore", 2, 2] });
  if (error !== undefined || status !== 0) {
    fail(`"${program}" failed (${error?.message ?? `exit code ${status}`}).`, hint);
  }
}

/** Whether the addon loads in a fresh process and computes a convolution with its gradient. */
function addonWorks() {
  const program = `
    const util = require("node:util");
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    const tf = require("@tensorflow/tfjs-node");
    const image = tf.ones([1, 4, 4, 1]);
    const kernel = tf.ones([3, 3, 1, 1]);
    const gradient = tf.grad((weights) => tf.sum(tf.conv2d(image, weights, 1, "valid")))(kernel);
    if (gradient.dataSync().some((value) => value !== 4)) throw new Error("wrong gradient");`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", program], {
    cwd: folder,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    encoding: "utf8",
  });
  return { works: status === 0, reason: stderr };
}

function checkPlatform() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    fail(
      `this way in is known for Linux on x64 only, here is ${process.platform} on ${process.arch}.`,
      "Training is optional; segmenting needs no TensorFlow. Train on a Linux machine, or in a container.",
    );
  }
  for (const [program, hint] of [
    ["python3", "Install Python 3 with pip (Debian: apt-get install python3 python3-pip)."],
    ["make", "Install make (Debian: apt-get install build-essential)."],
    ["c++", "Install a C++17 compiler (Debian: apt-get install build-essential)."],
  ]) {
    if (spawnSync(program, ["--version"]).status !== 0) fail(`"${program}" was not found.`, hint);
  }
}

function installPackages() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "name": "slicebench-tensorflow", "private": true }\n');
  run(
    npm,
    [
      "install",
      "--ignore-scripts",
      "--no-save",
      "--no-package-lock",
      `@tensorflow/tfjs-node@${TFJS_VERSION}`,
      `node-gyp@${NODE_GYP_VERSION}`,
    ],
    { hint: "The npm registry must be reachable." },
  );
}

/** Takes libtensorflow and its headers out of the wheel, under the names that the addon links to. */
function installLibrary() {
  const wheelFolder = join(folder, "wheel");
  const unpacked = join(folder, "unpacked");
  const pipArguments =
    "-m pip download --no-deps --only-binary=:all: --implementation cp --python-version 3.11";
  run(
    "python3",
    [
      ...pipArguments.split(" "),
      ...["--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"],
      ...["--dest", wheelFolder, `tensorflow-cpu==${TENSORFLOW_VERSION}`],
    ],
    { hint: "PyPI must be reachable, and python3 must have pip." },
  );
  const wheel = readdirSync(wheelFolder).find((name) => name.endsWith(".whl"));
  const unpack = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wanted = [n for n in wheel.namelist() if n.startswith(("tensorflow/include/", "tensorflow/libtensorflow_"))]
wheel.extractall(sys.argv[2], wanted)`;
  run("python3", ["-c", unpack, join(wheelFolder, wheel), unpacked], { hint: "Is the disk full?" });

  rmSync(join(addonFolder, "deps"), { recursive: true, force: true });
  mkdirSync(libraryFolder, { recursive: true });
  renameSync(join(unpacked, "tensorflow", "include"), join(addonFolder, "deps", "include"));
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    renameSync(join(unpacked, "tensorflow", name), join(libraryFolder, name));
  }
  // binding.gyp links -ltensorflow and -ltensorflow_framework; the wheel's library calls itself libtensorflow_cc.
  for (const [link, target] of [
    ["libtensorflow.so.2", "libtensorflow_cc.so.2"],
    ["libtensorflow.so", "libtensorflow_cc.so.2"],
    ["libtensorflow_framework.so", "libtensorflow_framework.so.2"],
  ]) {
    symlinkSync(target, join(libraryFolder, link));
  }
  rmSync(wheelFolder, { recursive: true });
  rmSync(unpacked, { recursive: true });
}

function buildAddon() {
  // Headers that came with this Node save a download; without them node-gyp fetches its own.
  const nodePrefix = resolve(dirname(process.execPath), "..");
  const hasHeaders = existsSync(join(nodePrefix, "include", "node", "node_api.h"));
  run(
    process.execPath,
    [
      join(folder, "node_modules", "node-gyp", "bin", "node-gyp.js"),
      "rebuild",
      ...(hasHeaders ? [`--nodedir=${nodePrefix}`] : []),
      "--module_name=tfjs_binding",
      `--module_path=${join(addonFolder, "lib", `napi-v${NAPI_VERSION}`)}`,
      `--napi_build_version=${NAPI_VERSION}`,
    ],
    { cwd: addonFolder, hint: "The addon could not be built; the compiler's message is above." },
  );
  rmSync(join(addonFolder, "build"), { recursive: true, force: true });
}

const force = process.argv.includes("--force");
if (!force && existsSync(libraryFolder) && addonWorks().works) {
  console.log(`tfjs-node ${TFJS_VERSION} is already installed in .tensorflow`);
  process.exit(0);
}
checkPlatform();
rmSync(folder, { recursive: true, force: true });
installPackages();
installLibrary();
buildAddon();
const { works, reason } = addonWorks();
if (!works) fail("the addon was built but does not load.", reason);
const size = execFileSync("du", ["-sh", folder], { encoding: "utf8" }).split("\t")[0];
console.log(
  `tfjs-node ${TFJS_VERSION} on TensorFlow ${TENSORFLOW_VERSION} is ready in .tensorflow (${size})`,
);
