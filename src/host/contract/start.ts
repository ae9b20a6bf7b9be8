import { z } from "zod";
import type { WireError } from "../../core/errors";

/** What hinders the workstation from starting: its workspace cannot be opened. Nothing was changed. */
export interface StartView {
  failure: WireError;
  /** The workspace. */
  file: string;
  /** Another place for one, that nothing lies at yet. */
  elsewhere: string;
  /** The newest backup, where there is one. */
  backup?: { madeAt: string };
}

/** How the start goes on. */
export const goOnSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("retry") }),
  /** With the newest backup, or an empty workspace; the file that is there is kept. */
  z.object({ kind: z.literal("set-aside") }),
  /** With the workspace at another place, this time only; it is made where there is none. */
  z.object({ kind: z.literal("elsewhere"), file: z.string().min(1).max(4_096) }),
  /** With none: nothing is remembered. */
  z.object({ kind: z.literal("forget") }),
]);
export type GoOn = z.infer<typeof goOnSchema>;
