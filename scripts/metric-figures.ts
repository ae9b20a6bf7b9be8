import { writeFileSync } from "node:fs";
import { figuresFile, measureByPeers, peerModules } from "../test-support/metric-peers/figures";
import { peerCases } from "../test-support/metric-peers/masks";
import { pythonWith } from "../test-support/readers";

/** `npm run metric-figures`: has the libraries measure the masks anew, for machines that have none of them. */
const python = pythonWith(...peerModules);
if (python === undefined) throw new Error("Run .ci/run first: it installs the libraries.");
const { columns, rows } = measureByPeers(python, peerCases());
const lines = rows.map((row) => JSON.stringify(row)).join(",\n");
writeFileSync(figuresFile, `{"columns":${JSON.stringify(columns)},"rows":[\n${lines}\n]}\n`);
