import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programOrSkip } from "./readers";

/** Undefined where it is not installed, which is said. */
export const openssl = programOrSkip("openssl", "openssl");

/** Files in PEM, and what is in them. */
export interface Certificates {
  caFile: string;
  certificateFile: string;
  keyFile: string;
  ca: string;
  certificate: string;
  key: string;
}

/**
 * Makes a certificate authority and a certificate of it for loopback, for a day.
 * @param folder where the files go
 * @param name   of the authority, and how the files begin
 */
export function makeCertificates(folder: string, name: string): Certificates {
  const file = (end: string) => join(folder, `${name}-${end}`);
  const newKey = (end: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", file(end)];
  const run = (...words: string[]) => execFileSync(openssl!, words, { stdio: "ignore" });
  const [caFile, certificateFile, keyFile] = [file("ca.pem"), file("certificate.pem"), file("key.pem")];
  run("req", "-x509", ...newKey("ca-key.pem"), "-subj", `/CN=${name}`, "-days", "1", "-out", caFile);
  run("req", ...newKey("key.pem"), "-subj", "/CN=127.0.0.1", "-out", file("request.pem"));
  writeFileSync(file("extensions"), "subjectAltName=IP:127.0.0.1\n");
  run(
    ...["x509", "-req", "-in", file("request.pem"), "-CA", caFile, "-CAkey", file("ca-key.pem")],
    ...["-CAcreateserial", "-days", "1", "-extfile", file("extensions"), "-out", certificateFile],
  );
  const [ca, certificate, key] = [caFile, certificateFile, keyFile].map((each) => readFileSync(each, "utf8"));
  return { caFile, certificateFile, keyFile, ca: ca!, certificate: certificate!, key: key! };
}
