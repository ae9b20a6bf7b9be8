import type { Archive } from "../../archive/archive";
import { DicomWebArchive } from "../../archive/dicomweb";
import { DimseArchive } from "../../archive/dimse";
import type { HttpLogin } from "../../archive/http";
import { SlicebenchError } from "../../core/errors";
import { writeFileMeta } from "../../formats/dicom/file-meta";
import { knownTransferSyntaxUids } from "../../formats/dicom/transfer-syntax";
import type { ArchiveConnection } from "../../host/contract";
import type { SavedArchive } from "./connections";
import { readTlsFiles } from "./tls-files";

type DicomWebConnection = Extract<ArchiveConnection, { protocol: "dicomweb" }>;

/** The archive behind a connection; nothing is contacted yet. Throws ARCHIVE_LOGIN, ARCHIVE_CERTIFICATE. */
export async function connectArchive({ archive, secret }: SavedArchive): Promise<Archive> {
  if (archive.protocol === "dicomweb") {
    const login = loginOf(archive.login, secret);
    return new DicomWebArchive({ url: archive.url, login, tls: await readTlsFiles(archive) });
  }
  return new DimseArchive({
    ...archive,
    tls: archive.tls && (await readTlsFiles(archive.tls)),
    transferSyntaxUids: knownTransferSyntaxUids,
    fileMeta: writeFileMeta,
  });
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
