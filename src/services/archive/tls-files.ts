import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { secureContext, type TlsIdentity } from "../../archive/tls";
import { SlicebenchError } from "../../core/errors";

interface TlsFiles {
  caFile?: string | undefined;
  certificateFile?: string | undefined;
  keyFile?: string | undefined;
}

const certificatePem = { begins: /-----BEGIN CERTIFICATE-----/, what: "certificate" };
const keyPem = { begins: /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/, what: "private key without a password" };

/** Reads and tries what TLS rests on. Throws ARCHIVE_CERTIFICATE. */
export async function readTlsFiles({ caFile, certificateFile, keyFile }: TlsFiles): Promise<TlsIdentity> {
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new SlicebenchError(
      "ARCHIVE_CERTIFICATE",
      "A certificate of this workstation needs its key, and a key its certificate.",
      {
        hint: "Name both files, or neither.",
      },
    );
  }
  const [ca, certificate, key] = await Promise.all([
    readPem(caFile, certificatePem),
    readPem(certificateFile, certificatePem),
    readPem(keyFile, keyPem),
  ]);
  const identity = { ca, certificate, key };
  const file = certificateFile ?? caFile;
  if (file === undefined) return identity;
  try {
    createSecureContext(secureContext(identity));
  } catch (cause) {
    throw new SlicebenchError(
      "ARCHIVE_CERTIFICATE",
      "The certificate or its key is damaged, or they do not belong together.",
      {
        file,
        hint: "Ask who issued them for new files.",
        cause,
      },
    );
  }
  return identity;
}

async function readPem(
  file: string | undefined,
  { begins, what }: typeof keyPem,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  if (begins.test(text)) return text;
  throw new SlicebenchError("ARCHIVE_CERTIFICATE", `The file holds no ${what} in PEM.`, {
    file,
    hint: "Name a .pem, .crt or .key file that this user can read.",
  });
}
