/** What crosses a process or network boundary in place of an exception. */
export interface WireError {
  /** Stable, upper-case, for programs: `DICOM_TRUNCATED`, `MODEL_INPUT_MISMATCH`. */
  code: string;
  /** One sentence a radiographer understands: what was seen, what was wanted. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** The file it is about, as the user named it. */
  file?: string;
}

/** A failure with a code, a plain sentence and advice; everything else that is thrown is a defect. */
export class SlicebenchError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly file: string | undefined;

  constructor(
    code: string,
    message: string,
    details: { hint?: string; file?: string; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "SlicebenchError";
    this.code = code;
    this.hint = details.hint;
    this.file = details.file;
  }
}

/** The failure that a process or thread reported as data, as an exception again. */
export function fromWireError({ code, message, hint, file }: WireError): SlicebenchError {
  return new SlicebenchError(code, message, {
    ...(hint !== undefined && { hint }),
    ...(file !== undefined && { file }),
  });
}

/** A cancel is no failure: it is thrown as this, and boundaries tell it apart. */
export class CancelledError extends Error {
  constructor() {
    super("Cancelled.");
    this.name = "CancelledError";
  }
}

/** Turns whatever was thrown into plain data, at a boundary. `file` is used where the error names none. */
export function toWireError(thrown: unknown, file?: string): WireError {
  const known = thrown instanceof SlicebenchError ? thrown : undefined;
  const named = known?.file ?? file;
  return {
    code: known?.code ?? (thrown instanceof CancelledError ? "CANCELLED" : "INTERNAL"),
    message: thrown instanceof Error ? thrown.message : String(thrown),
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
    ...(named === undefined ? {} : { file: named }),
  };
}
