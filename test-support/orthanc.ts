import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Starts an archive of the test's own, on loopback, with a password, in a temporary folder that goes with it. */
export async function startOrthanc(): Promise<Orthanc> {
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
  };
  const file = join(folder, "orthanc.json");
  writeFileSync(file, JSON.stringify(configuration));
  const server = spawn("Orthanc", [file], { stdio: "ignore" });
  await listens(httpPort, server, "Orthanc");
  await listens(dicomPort, server, "Orthanc");
  const root = `http://127.0.0.1:${httpPort}`;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return {
    dicomWebUrl: `${root}/dicom-web`,
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
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
