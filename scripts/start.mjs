import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installPackages, root, run } from "./install.mjs";
import { openWorkstation } from "./open-workstation.mjs";

/**
 * `npm start`: installs what is missing, builds, segments the samples with two networks each, and opens the
 * workstation on the first of them with both side by side. `npm start -- FILE...` opens these instead.
 */
const results = "slicebench-samples";
const sampleJobs = [
  { folders: ["cardiac-cine"], models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] },
  { folders: ["nuclei-fluorescence", "nuclei"], models: ["nuclei-unet", "nuclei-resnet18-unet"] },
];
const sampleFolder = (name) => join("resources", "samples", name);

/** The main job on a few samples: label maps as PNGs, one folder a model. What is there already stays. */
function segment({ folders, models }) {
  for (const folder of folders) {
    const out = join(results, folder);
    const words = ["segment", sampleFolder(folder), "--model", models.join(","), "--out", out, "--resume"];
    const { status } = spawnSync(process.execPath, [join("bin", "slicebench.mjs"), ...words], {
      cwd: root,
      stdio: "inherit",
    });
    if (status === 130) process.exit(status);
    if (status !== 0)
      console.error(`Not every picture of ${sampleFolder(folder)} could be segmented; see above.`);
  }
}

installPackages();
console.log("Building...");
run("npx", ["--no-install", "electron-vite", "build", "--logLevel", "warn"]);

const named = process.argv.slice(2);
if (named.length > 0) openWorkstation(named, []);
else {
  console.log("Segmenting the samples with two networks each...");
  for (const job of sampleJobs) segment(job);
  console.log(`The masks are in ${join(root, results)}`);
  openWorkstation([sampleFolder("cardiac-cine")], sampleJobs[0].models);
}
