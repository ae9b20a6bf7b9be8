/** The file that remembers everything, and what the reader must know of how it opened. */
export interface WorkspaceView {
  file: string;
  notices: { code: string; message: string; hint?: string; file?: string }[];
  /** Dated copies, the newest first. */
  backups: { file: string; reason: "daily" | "before-migration"; madeAt: string }[];
}
