import { rootCertificates } from "node:tls";

/** What encrypted connections with an archive rest on, in PEM. The other side's certificate is verified always. */
export interface TlsIdentity {
  /** Certificates that are trusted beside those that Node trusts. */
  ca?: string | undefined;
  /** This workstation's own, for an archive that asks for one. */
  certificate?: string | undefined;
  key?: string | undefined;
}

interface SecureContext {
  minVersion: "TLSv1.2";
  ca?: string[];
  cert?: string;
  key?: string;
}

/** As Node takes it. No version that BCP 195 forbids (PS3.15 B.9). */
export function secureContext({ ca, certificate, key }: TlsIdentity): SecureContext {
  return {
    minVersion: "TLSv1.2",
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(certificate !== undefined && key !== undefined && { cert: certificate, key }),
  };
}
