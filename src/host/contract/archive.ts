import { z } from "zod";
import { sentFormats } from "../../core/export-formats";
import { id } from "./fields";

const aeTitle = z
  .string()
  .trim()
  // PS3.5 6.2: an AE title is at most 16 characters, without backslash and control characters.
  .regex(/^[\x20-\x5B\x5D-\x7E]{1,16}$/, "An AE title is one to sixteen letters and digits");
const networkPort = z.int().min(1).max(65_535);
const name = z.string().trim().min(1).max(60);

const path = z.string().trim().min(1).max(4_096).optional();
/** Paths of files in PEM. */
const tlsFiles = {
  /** Certificates that are trusted beside those that Node trusts. */
  caFile: path,
  /** This workstation's own certificate and its key, for an archive that asks for them. */
  certificateFile: path,
  keyFile: path,
};

/** How an archive is reached. The password or token is no part of it: it goes to the host, and never comes back. */
export const archiveSchema = z.discriminatedUnion("protocol", [
  z.object({
    protocol: z.literal("dicomweb"),
    name,
    /** Of the service's root: "https://archive.example/dicom-web". */
    url: z.url({ protocol: /^https?$/ }).refine((url) => {
      const { username, password } = new URL(url);
      return username === "" && password === "";
    }, "A user is no part of the address"),
    login: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("none") }),
      z.object({ kind: z.literal("basic"), user: z.string().min(1).max(200) }),
      z.object({ kind: z.literal("bearer") }),
    ]),
    ...tlsFiles,
  }),
  z.object({
    protocol: z.literal("dimse"),
    name,
    host: z
      .string()
      .trim()
      .regex(/^[\w.:-]{1,255}$/, "A host is a name or an address"),
    port: networkPort,
    /** The archive's title, and this workstation's. */
    calledAeTitle: aeTitle,
    callingAeTitle: aeTitle,
    /** Encrypted where it is there. */
    tls: z.object(tlsFiles).optional(),
    /**
     * Where this workstation listens while an archive without C-GET sends a study by C-MOVE: the address is that of one
     * of its network interfaces. Without it, nothing ever listens.
     */
    move: z.object({ address: z.union([z.ipv4(), z.ipv6()]), port: networkPort }).optional(),
  }),
]);
export type ArchiveConnection = z.infer<typeof archiveSchema>;

/** `POST /api/archives` adds one, `PUT /api/archives/:id` changes one. Without a secret, the one that is kept stays. */
export const saveArchiveSchema = z.object({
  archive: archiveSchema,
  secret: z.string().min(1).max(8_192).optional(),
});
export type SaveArchive = z.infer<typeof saveArchiveSchema>;

/** `GET /api/archives` */
export interface ArchiveView {
  id: string;
  archive: ArchiveConnection;
  /** Whether a password or token is kept for it. */
  hasSecret: boolean;
}

const text = z.string().trim().min(1).max(64).optional();
const day = z
  .string()
  .regex(/^\d{8}$/, "A day is YYYYMMDD")
  .optional();

/** `POST /api/archives/:id/find`: a search by body, so that no name is in an address. Answers with FoundStudies. */
export const findStudiesSchema = z.object({
  patientName: text,
  patientId: text,
  from: day,
  to: day,
  modality: z.string().trim().min(1).max(16).optional(),
  accessionNumber: text,
  description: text,
  fuzzy: z.boolean().optional(),
  limit: z.int().min(1).max(500).default(50),
  offset: z.int().min(0).max(1_000_000).default(0),
});

const uid = z.string().regex(/^\d+(?:\.\d+)+$/, "A UID is made of digits and dots");

/** `POST /api/archives/:id/fetch`: a job, after which the study opens. */
export const fetchStudySchema = z.object({
  studyInstanceUid: uid.max(64),
  /** What the reader knows the study by, without the patient: "CT Head, 2020-03-02". */
  title: z.string().trim().min(1).max(120),
});
export type FetchStudy = z.infer<typeof fetchStudySchema>;

/** `POST /api/archives/:id/send`: writes a layer, or a series' measurements, reads it back, and sends it, as a job. */
export const sendLayerSchema = z
  .object({
    formats: z.array(z.enum(sentFormats)).min(1).max(sentFormats.length),
    frame: z.int().min(0).optional(),
  })
  .and(z.union([z.object({ layerId: id }), z.object({ seriesId: id })]));
export type SendLayer = z.infer<typeof sendLayerSchema>;

/** `GET /api/fetched-studies`; `DELETE /api/fetched-studies?withLayers=true|false` clears them and answers with what is left. */
export interface FetchedStudiesView {
  folder: string;
  studies: number;
  bytes: number;
  /** Of them: open now, which are never cleared, and closed with layers, which are cleared where it was asked for. */
  open: number;
  withLayers: number;
}
export const clearFetchedQuery = z.object({
  withLayers: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
});
