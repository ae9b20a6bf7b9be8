import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import type { Certificates } from "./certificates";
import { reportMissing } from "./readers";
import { ended, freePort, listens } from "./servers";

const plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

/** Whether Debian's orthanc and orthanc-dicomweb are here; says so where they are not. */
export const hasOrthanc = spawnSync("Orthanc", ["--version"]).status === 0 && existsSync(plugin);
if (!hasOrthanc) reportMissing("orthanc with orthanc-dicomweb");

export interface Orthanc {
  /** Of its DICOMweb service. */
  dicomWebUrl: string;
  dicomPort: number;
  user: string;
  password: string;
  /** What it lists of a kind, with all their attributes ("/instances?expand"). */
  list: (path: string) => Promise<unknown>;
  /** Puts files into it. */
  upload: (files: readonly string[]) => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts an archive of the test's own, on loopback, with a password, in a temporary folder that goes with it.
 * @param certificates encrypt all that it speaks; over DIMSE it asks for a certificate of the same authority then
 */
export async function startOrthanc(certificates?: Certificates): Promise<Orthanc> {
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "slicebench-orthanc-"));
  const [user, password] = ["reader", "correct horse"];
  const configuration = {
    Name: "Slicebench test",
    StorageDirectory: folder,
    IndexDirectory: folder,
    Plugins: [plugin],
    HttpPort: httpPort,
    DicomPort: dicomPort,
    DicomAet: "ORTHANC",
    DicomCheckCalledAet: true,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { [user]: password },
    UnknownSopClassAccepted: true,
    DicomModalities: { slicebench: ["SLICEBENCH", "127.0.0.1", 1] },
    OverwriteInstances: true,
    DicomWeb: { Enable: true, Root: "/dicom-web/" },
    ...(certificates && encryption(certificates)),
  };
  const file = join(folder, "orthanc.json");
  writeFileSync(file, JSON.stringify(configuration));
  const server = spawn("Orthanc", [file], { stdio: "ignore" });
  await listens(httpPort, server, "Orthanc");
  await listens(dicomPort, server, "Orthanc");
  const root = `http://127.0.0.1:${httpPort}`;
  const door = certificates && (await encryptedDoor(certificates, httpPort));
  const doorPort = (door?.address() as AddressInfo | undefined)?.port;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return {
    dicomWebUrl: `${doorPort === undefined ? root : `https://127.0.0.1:${doorPort}`}/dicom-web`,
    dicomPort,
    user,
    password,
    list: async (path) => {
      const answer = await fetch(`${root}${path}`, { headers: { authorization } });
      if (!answer.ok) throw new Error(`Orthanc answers ${answer.status} for ${path}`);
      return answer.json();
    },
    upload: async (files) => {
      for (const each of files) {
        const answer = await fetch(`${root}/instances`, {
          method: "POST",
          headers: { authorization },
          body: readFileSync(each),
        });
        if (!answer.ok) throw new Error(`Orthanc does not take ${each}: ${answer.status}`);
      }
    },
    stop: async () => {
      door?.close();
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const encryption = (files: Certificates): object => ({
  DicomTlsEnabled: true,
  DicomTlsCertificate: files.certificateFile,
  DicomTlsPrivateKey: files.keyFile,
  DicomTlsTrustedCertificates: files.caFile,
  DicomTlsRemoteCertificateRequired: true,
});

/** Debian's Orthanc 1.10 crashes at the first request over https, so TLS ends before it, as behind a web server. */
async function encryptedDoor({ certificate, key }: Certificates, port: number): Promise<Server> {
  const door = createServer({ cert: certificate, key }, (socket) => {
    const orthanc = connect(port, "127.0.0.1");
    socket.on("error", () => orthanc.destroy()).on("close", () => orthanc.destroy());
    orthanc.on("error", () => socket.destroy());
    socket.pipe(orthanc).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  return door;
}
