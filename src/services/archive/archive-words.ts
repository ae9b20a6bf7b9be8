import { SlicebenchError } from "../../core/errors";
import { type ArchiveConnection, archiveSchema } from "../../host/contract";

/** An archive as a command line names its parts. */
export interface ArchiveWords {
  url?: string;
  user?: string;
  token?: boolean;
  tls?: boolean;
  caFile?: string;
  certificateFile?: string;
  keyFile?: string;
  host?: string;
  port?: number;
  calledAet?: string;
  callingAet: string;
  movePort?: number;
  moveAddress: string;
}

/** Throws USAGE where parts are missing or none of theirs fit. */
export function archiveFromWords(name: string, words: ArchiveWords): ArchiveConnection {
  const { caFile, certificateFile, keyFile } = words;
  const tlsFiles = { caFile, certificateFile, keyFile };
  if (
    words.url === undefined &&
    words.tls !== true &&
    Object.values(tlsFiles).some((file) => file !== undefined)
  ) {
    throw new SlicebenchError("USAGE", "Certificates are of no use to DIMSE without --tls.", {
      hint: "Give --tls.",
    });
  }
  const parsed = archiveSchema.safeParse(
    words.url === undefined
      ? {
          protocol: "dimse",
          name,
          host: words.host,
          port: words.port,
          calledAeTitle: words.calledAet,
          callingAeTitle: words.callingAet,
          move:
            words.movePort === undefined ? undefined : { address: words.moveAddress, port: words.movePort },
        }
      : { protocol: "dicomweb", name, url: words.url, login: loginOf(words), ...tlsFiles },
  );
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new SlicebenchError("USAGE", `This is no archive (${wrong}).`, {
    hint: "Give --url for DICOMweb, or --host, --port and --called-aet for DIMSE.",
  });
}

function loginOf({ user, token }: ArchiveWords): object {
  if (user !== undefined) return { kind: "basic", user };
  return { kind: token === true ? "bearer" : "none" };
}
