import { resolve } from "node:path";
import { test } from "vitest";
import { describeAgreement } from "../../test-support/graph-agreement";
import { reportMissing } from "../../test-support/readers";
import { loadTensorFlow } from "./tensorflow";

// Apart from the test of the JavaScript backend: two copies of tfjs in one process share their registry.
const tf = loadTensorFlow(resolve(import.meta.dirname, "../.."), 1);

if (tf === undefined) {
  reportMissing("tfjs-node");
  test.skip("tfjs-node is not installed here (npm run setup:tensorflow)", () => undefined);
} else {
  describeAgreement("tfjs-node", tf);
}
