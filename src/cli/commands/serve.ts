import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { type Command, InvalidArgumentError } from "commander";
import openInBrowser from "open";
import { fromWireError, SlicebenchError } from "../../core/errors";
import { createToken } from "../../host/auth";
import { createStartingHost } from "../../host/starting-host";
import { builtPageFolder } from "../../services/installation";
import { openLocalWorkstation } from "../../services/local-workstation";
import { WorkstationStart } from "../../services/workstation-start";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, Output } from "../output";
import type { RunAction } from "../run-action";
import { keptToken } from "../token-file";
import { parseIds } from "../words";

interface ServeWords {
  port: number;
  tokenFile?: string;
  workspace?: string;
  models?: string[];
  afterRuns?: boolean;
  open?: boolean;
  json?: boolean;
}

/** `serve [INPUT...]`: the workstation for a browser on this machine. */
export function addServeCommand(program: Command, run: RunAction): void {
  program
    .command("serve [input...]")
    .description("open the workstation for a browser on this machine, with these files and folders")
    .option("--port <number>", "the port on 127.0.0.1; any free one without it", parsePort, 0)
    .option("--token-file <file>", "keep the token there, so that an open page comes back after a restart")
    .option("--workspace <file>", "the file that remembers layers, runs and settings; :memory: for none")
    .option("--models <ids>", "run these models on what is opened, so that it is compared at once", parseIds)
    .option("--after-runs", "say where it is only when these models have run")
    .option("--open", "show it in the browser")
    .option("--json", "print the address as one JSON object")
    .action((inputs: string[], words: ServeWords) => run(() => serve(inputs, words)));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}

async function serve(inputs: string[], words: ServeWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const token = words.tokenFile === undefined ? createToken() : await keptToken(words.tokenFile);
  const { signal, release } = listenForInterrupt();
  const start = new WorkstationStart({
    workspaceFile: words.workspace,
    open: openLocalWorkstation,
    onStarted: ({ opening }) => {
      opening.resume({ withInputs: inputs.length > 0 });
      if (inputs.length > 0)
        opening.openAtStart(
          inputs.map((input) => resolve(input)),
          words.models ?? [],
        );
    },
  });
  try {
    start.begin();
    const { failure } = start;
    // A page asks how to go on; nobody is there yet to be asked while runs are waited for.
    if (failure !== undefined && words.afterRuns === true) throw fromWireError(failure);
    const { url, close } = await listen(start, { port: words.port, token });
    const stopped = aborted(signal);
    if (failure !== undefined) output.note(describeError(failure));
    if (words.afterRuns === true) {
      output.note("Running the models on what was opened, unless they ran on it before...");
      await Promise.race([start.workstation?.jobs.idle(), stopped]);
    }
    if (!signal.aborted) {
      output.item({ url }, () => `Slicebench is open at ${url}`);
      output.note("It can be reached from this machine only. Ctrl-C ends it.");
      if (words.open === true) await showInBrowser(url, output);
    }
    await stopped;
    await close();
  } finally {
    await start.workstation?.close();
    release();
  }
  // Ctrl-C is how it ends: nothing was cut short.
  return exitCodes.done;
}

/** Opens the door on loopback and nowhere else. */
async function listen(
  start: WorkstationStart,
  { port, token }: { port: number; token: string },
): Promise<{ url: string; close: () => Promise<void> }> {
  // The host's checks need the port, which is known once the door listens.
  let fetchFromHost: (request: Request) => Response | Promise<Response> = () =>
    new Response(null, { status: 503 });
  const server = createAdaptorServer({
    fetch: (request) => fetchFromHost(request),
    createServer,
  });
  await new Promise<void>((done, fail) => {
    server.once("error", (cause: NodeJS.ErrnoException) => fail(notListening(cause, port)));
    server.listen(port, "127.0.0.1", done);
  });
  const door = {
    kind: "browser",
    port: (server.address() as AddressInfo).port,
    token,
  } as const;
  const host = createStartingHost(start, { door, pageFolder: builtPageFolder() });
  fetchFromHost = (request) => host.fetch(request);
  return {
    url: `http://127.0.0.1:${door.port}/?token=${door.token}`,
    close: () => closeServer(server),
  };
}

function closeServer(server: ServerType): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    // Pages keep their event stream open for good.
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}

function notListening(cause: NodeJS.ErrnoException, port: number): SlicebenchError {
  const isTaken = cause.code === "EADDRINUSE";
  return new SlicebenchError(
    "PORT_NOT_AVAILABLE",
    isTaken ? `Port ${port} is in use already.` : `Port ${port} cannot be opened: ${cause.message}.`,
    { hint: "Leave --port out to take any free one.", cause },
  );
}

/** A machine without a browser is no failure: the address is printed. */
async function showInBrowser(url: string, output: Output): Promise<void> {
  const tellNoBrowser = () => output.note("No browser could be started; open the address yourself.");
  try {
    const browser = await openInBrowser(url);
    browser.once("error", tellNoBrowser);
    browser.once("exit", (code) => {
      if (code !== 0 && code !== null) tellNoBrowser();
    });
  } catch {
    tellNoBrowser();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
