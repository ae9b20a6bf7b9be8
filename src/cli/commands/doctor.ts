import type { Command } from "commander";
import { writeFileAtomically } from "../../services/atomic-file";
import { type DiagnosticReport, examineInstallation } from "../../services/doctor";
import { ModelStore } from "../../services/models";
import { openEngine } from "../../services/open-engine";
import { defaultWorkspaceFile } from "../../services/workstation";
import { type ExitCode, exitCodes } from "../exit-codes";
import { Output } from "../output";
import type { RunAction } from "../run-action";

interface DoctorWords {
  workspace?: string;
  out?: string;
  json?: boolean;
}

/** `doctor`: whether all is well here, and a report to attach to a question. */
export function addDoctorCommand(program: Command, run: RunAction): void {
  program
    .command("doctor")
    .description("look the installation over; the report names no file, no folder and no patient")
    .option("--workspace <file>", "the workspace to look into")
    .option("--out <file>", "also write the report, to attach it to a question")
    .option("--json", "print the report as one JSON object")
    .action((words: DoctorWords) => run(() => examine(words)));
}

async function examine({ workspace = defaultWorkspaceFile(), out, json }: DoctorWords): Promise<ExitCode> {
  const output = new Output(json === true);
  const engine = openEngine({ spare: false });
  try {
    const report = await examineInstallation({ engine, models: new ModelStore(), workspaceFile: workspace });
    output.item(report, describeReport);
    if (out !== undefined) await writeFileAtomically(out, `${JSON.stringify(report, null, 2)}\n`);
    return report.checks.every(({ ok }) => ok) ? exitCodes.done : exitCodes.someFailed;
  } finally {
    await engine.close();
  }
}

function describeReport(report: DiagnosticReport): string {
  const { system, processor, memoryBytes, engines, models, modelProblems, workspace, checks } = report;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  return [
    `Slicebench ${report.version}, Node ${report.node}, ${system.platform} ${system.release} ${system.arch}`,
    `${processor.model}, ${processor.cores} threads, ${gigabytes(memoryBytes.total)} of memory, ${gigabytes(memoryBytes.free)} free`,
    ...engines.map(
      ({ id, version, available }) => `${id} ${version ?? ""}: ${available ? "ready" : "not available"}`,
    ),
    `${models.length} bundled models${modelProblems.length > 0 ? `; faults: ${modelProblems.join(", ")}` : ""}`,
    workspace.state === "readable"
      ? `workspace: ${(workspace.bytes / 1e6).toFixed(1)} MB, version ${workspace.schemaVersion}, ${gigabytes(workspace.freeDiskBytes)} free on its disk`
      : `workspace: ${workspace.state}`,
    ...checks.map(({ name, ok, detail }) => `${ok ? "ok  " : "FAIL"}  ${name}: ${detail}`),
  ].join("\n");
}
