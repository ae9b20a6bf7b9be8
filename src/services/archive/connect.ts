import { readFile } from "node:fs/promises";
import type { Archive } from "../../archive/archive";
import { DicomWebArchive } from "../../archive/dicomweb";
import { DimseArchive } from "../../archive/dimse";
import type { HttpLogin } from "../../archive/http";
import { SlicebenchError } from "../../core/errors";
import { writeFileMeta } from "../../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../../formats/dicom/transfer-syntax";
import type { ArchiveConnection } from "../../host/contract";
import type { SavedArchive } from "./connections";

type DicomWebConnection = Extract<ArchiveConnection, { protocol: "dicomweb" }>;

/** The archive behind a connection; nothing is contacted yet. Throws ARCHIVE_LOGIN, ARCHIVE_CERTIFICATE. */
export async function connectArchive({ archive, secret }: SavedArchive): Promise<Archive> {
  if (archive.protocol === "dimse") {
    return new DimseArchive({
      ...archive,
      transferSyntaxUids: knownTransferSyntaxUids,
      fileMeta: writeFileMeta,
    });
  }
  const ca = archive.caFile === undefined ? undefined : await readCertificate(archive.caFile);
  return new DicomWebArchive({ url: archive.url, login: loginOf(archive.login, secret), ca });
}

function loginOf(login: DicomWebConnection["login"], secret: string | undefined): HttpLogin {
  if (login.kind === "none") return login;
  if (secret === undefined) {
    throw new SlicebenchError("ARCHIVE_LOGIN", "No password or token is kept for this archive.", {
      hint: "Enter it in Settings, or with `slicebench archive add`.",
    });
  }
  return login.kind === "basic"
    ? { kind: "basic", user: login.user, password: secret }
    : { kind: "bearer", token: secret };
}

async function readCertificate(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new SlicebenchError("ARCHIVE_CERTIFICATE", "The file holds no certificate in PEM.", {
    file,
    hint: "Name the certificate of the archive's certificate authority, as a .pem or .crt file.",
  });
}
