import { existsSync } from "node:fs";
import type { Command } from "commander";
import { SlicebenchError } from "../../core/errors";
import { EditCosts } from "../../services/edit-costs";
import { defaultWorkspaceFile } from "../../services/workstation";
import { Database } from "../../workspace/database";
import { EditStore } from "../../workspace/edits";
import { LayerStore } from "../../workspace/layers";
import { type ExitCode, exitCodes } from "../exit-codes";
import { Output } from "../output";
import type { RunAction } from "../run-action";

interface EditCostsWords {
  workspace?: string;
  json?: boolean;
}

/** `edit-costs`: what it took to correct each model's masks. */
export function addEditCostsCommand(program: Command, run: RunAction): void {
  program
    .command("edit-costs")
    .description("say what it took to correct each model's masks: strokes, pixels changed, active seconds")
    .option("--workspace <file>", "the workspace to look into")
    .option("--json", "print one JSON object a model")
    .action((words: EditCostsWords) => run(() => Promise.resolve(listEditCosts(words))));
}

/** Only reads, so a window may be open on the workspace. */
function listEditCosts({ workspace = defaultWorkspaceFile(), json }: EditCostsWords): ExitCode {
  if (!existsSync(workspace))
    throw new SlicebenchError("WORKSPACE_NOT_FOUND", "There is no workspace here.", { file: workspace });
  const output = new Output(json === true);
  const database = Database.connect(workspace);
  try {
    database.schemaVersion();
    const costs = new EditCosts(new LayerStore(database), new EditStore(database)).list();
    if (costs.length === 0) output.say("No mask of a model has been corrected yet.");
    for (const cost of costs)
      output.item(
        cost,
        ({ modelId, layers, slices, strokes, pixels, seconds }) =>
          `${modelId}: ${strokes} strokes, ${pixels} px, ${Math.round(seconds)} s over ${slices} slices of ${layers} annotations`,
      );
  } finally {
    database.close();
  }
  return exitCodes.done;
}
