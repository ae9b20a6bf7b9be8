import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { ReceivedFiles } from "./received-files";

/** Writes at once what comes: the archive is slower than the disk, and its messages must stay in their order. */
export class FileSink {
  readonly #file: string;
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(
    private readonly received: ReceivedFiles,
    fileMeta: Uint8Array,
    private readonly onDone: () => void,
  ) {
    this.#file = received.next();
    this.#descriptor = openSync(`${this.#file}.part`, "wx", 0o600);
    this.write(fileMeta);
  }

  write(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) return;
    this.#bytes += bytes.length;
    this.received.count(bytes.length, this.#bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }

  end(): void {
    this.#close();
    renameSync(`${this.#file}.part`, this.#file);
    this.received.files.push(this.#file);
    this.onDone();
  }

  /** Of an instance that did not come to its end. */
  drop(): void {
    this.#close();
    rmSync(`${this.#file}.part`, { force: true });
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
