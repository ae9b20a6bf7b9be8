import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { archivePlaces } from "../../services/archive/places";
import { ArchiveConnections } from "../../services/archive/connections";
import { defaultWorkspaceFile } from "../../services/workstation";
import { addArchive, type AddWords, listArchives, removeArchive } from "../archive-settings";
import {
  echoArchive,
  fetchFromArchive,
  findStudies,
  type FindWords,
  sendToArchive,
} from "../archive-transfers";
import { Output } from "../output";
import type { RunAction } from "../run-action";
import { parseCount } from "../words";

interface CommonWords {
  workspace?: string;
  json?: boolean;
}

/** `archive …`: studies from an image archive, and results back to it. */
export function addArchiveCommand(program: Command, run: RunAction): void {
  const archive = program
    .command("archive")
    .description("search an image archive (DICOMweb or DIMSE), fetch studies and send results");
  const command = (usage: string, description: string) =>
    archive
      .command(usage)
      .description(description)
      .option("--workspace <file>", "the workspace beside which archives are remembered")
      .option("--json", "print one JSON object an item");

  command("list", "the archives that are configured").action((words: CommonWords) =>
    run(() => Promise.resolve(listArchives(connections(words), output(words)))),
  );
  command("add <name>", "configure an archive; nothing is contacted yet")
    .option("--url <url>", "of its DICOMweb service: https://archive.example/dicom-web")
    .option("--user <name>", "log in with a password")
    .option("--token", "log in with a bearer token")
    .option("--secret-file <file>", "holds the password or the token; - is standard input")
    .option("--ca-file <file>", "certificates in PEM to trust beside those that Node trusts")
    .option(
      "--certificate-file <file>",
      "this workstation's certificate in PEM, where the archive asks for one",
    )
    .option("--key-file <file>", "its private key in PEM")
    .option("--host <host>", "of a DIMSE archive")
    .option("--port <number>", "of a DIMSE archive", parseCount)
    .option("--called-aet <title>", "the archive's application entity title")
    .option("--calling-aet <title>", "this workstation's", "SLICEBENCH")
    .option("--tls", "encrypt DIMSE; https does so by itself")
    .option("--move-port <number>", "listen here while an archive without C-GET sends by C-MOVE", parseCount)
    .option("--move-address <address>", "of the network interface to listen at", "127.0.0.1")
    .action((name: string, words: AddWords & CommonWords) =>
      run(() => addArchive(connections(words), { name, words, output: output(words) })),
    );
  command("remove <name>", "forget an archive and its password").action((name: string, words: CommonWords) =>
    run(() => Promise.resolve(removeArchive(connections(words), name))),
  );
  command("echo <name>", "whether the archive is there and lets this workstation in").action(
    (name: string, words: CommonWords) => run(() => echoArchive(connections(words).get(name), output(words))),
  );
  command("find <name>", "look for studies; * and ? are wildcards")
    .option("--patient-name <name>", "as DICOM writes it: Family^Given, or how it begins")
    .option("--patient-id <id>")
    .option("--from <date>", "first day, YYYYMMDD", parseDay)
    .option("--to <date>", "last day, YYYYMMDD", parseDay)
    .option("--modality <modality>", "CT, MR, ...")
    .option("--accession <number>")
    .option("--description <text>", "of the study: a part of it")
    .option("--fuzzy", "names that sound alike too, where the archive can")
    .option("--limit <number>", "how many at most", parseCount, 50)
    .addOption(new Option("--offset <number>", "how many to pass over").default(0).argParser(parseOffset))
    .action((name: string, words: FindWords & CommonWords) =>
      run(() => findStudies(connections(words).get(name), { words, output: output(words) })),
    );
  command("fetch <name> <study-uid>", "fetch a study, or one of its series, into an empty folder")
    .requiredOption("--out <folder>", "an empty folder, or none yet")
    .option("--series <uid>", "this series alone")
    .action((name: string, study: string, words: CommonWords & { out: string; series?: string }) =>
      run(() =>
        fetchFromArchive(connections(words).get(name), {
          study,
          series: words.series,
          out: resolve(words.out),
          output: output(words),
        }),
      ),
    );
  command("send <name> <files...>", "send DICOM files: what `export` wrote").action(
    (name: string, files: string[], words: CommonWords) =>
      run(() =>
        sendToArchive(
          connections(words).get(name),
          files.map((file) => resolve(file)),
          output(words),
        ),
      ),
  );
}

const output = (words: CommonWords) => new Output(words.json === true);

const connections = ({ workspace }: CommonWords) =>
  new ArchiveConnections(archivePlaces(workspace ?? defaultWorkspaceFile()).connections);

function parseDay(text: string): string {
  if (/^\d{8}$/.test(text)) return text;
  throw new InvalidArgumentError("A day is written as YYYYMMDD.");
}

function parseOffset(text: string): number {
  const offset = Number(text);
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new InvalidArgumentError("A whole number from 0 on is wanted.");
}
