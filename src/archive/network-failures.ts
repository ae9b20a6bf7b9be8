import { SlicebenchError } from "../core/errors";

/** Nothing came for as long as an archive may take. */
export class IdleError extends Error {}

/** Codes of Node and OpenSSL that mean a certificate which is not trusted, or is another's. */
const untrusted =
  /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

/**
 * Says what went wrong on the way to an archive, without a word of what was sent.
 * @param where the archive's address
 * @returns ARCHIVE_TIMEOUT, ARCHIVE_UNTRUSTED, ARCHIVE_LOGIN, ARCHIVE_TLS, ARCHIVE_UNREACHABLE; undefined for other failures
 */
export function describeNetworkFailure(thrown: unknown, where: string): SlicebenchError | undefined {
  const code = codeOf(thrown);
  const because = (hint: string) => ({ hint, cause: thrown });
  if (thrown instanceof IdleError || code === "ETIMEDOUT") {
    return new SlicebenchError(
      "ARCHIVE_TIMEOUT",
      `The archive at ${where} does not answer in time.`,
      because("Try again, or ask who runs it."),
    );
  }
  if (untrusted.test(code)) {
    return new SlicebenchError(
      "ARCHIVE_UNTRUSTED",
      `The certificate of the archive at ${where} is not trusted.`,
      because(
        "Where the archive has a certificate authority of its own, name its certificate in Settings. Nothing was sent.",
      ),
    );
  }
  if (/^(?:ERR_SSL_|EPROTO$)/.test(code))
    return isAlert(thrown) ? uncertified(where, thrown) : withoutTls(where, thrown);
  if (/^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE)/.test(code)) {
    return new SlicebenchError(
      "ARCHIVE_UNREACHABLE",
      `The connection with the archive at ${where} failed.`,
      because("Check its address and its port, and whether it runs."),
    );
  }
  return undefined;
}

/** The other side ended the handshake in its own words (RFC 8446 6.2). */
const isAlert = (thrown: unknown): boolean => thrown instanceof Error && /\balert\b/i.test(thrown.message);

function uncertified(where: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("ARCHIVE_LOGIN", `The archive at ${where} refused the encrypted connection.`, {
    hint: "It may ask for a certificate of this workstation: name it and its key in Settings, or ask who runs it.",
    cause,
  });
}

function withoutTls(where: string, cause: unknown): SlicebenchError {
  return new SlicebenchError(
    "ARCHIVE_TLS",
    `No encrypted connection with the archive at ${where} came about.`,
    {
      hint: "Check the port: it may be one without TLS. Nothing was sent.",
      cause,
    },
  );
}

export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return thrown.cause === undefined ? "" : codeOf(thrown.cause);
}
