import type { WireError } from "../../core/errors";

interface Words {
  message?: string;
  advice: string;
}

/** What to do, for a reader who has this page in front of him and no command line. */
const words: Record<string, Words> = {
  WORKSPACE_IN_USE: { advice: "Go on in its window, or end it and try again." },
  WORKSPACE_READ_ONLY: { advice: "Make the folder writable, then try again." },
  WORKSPACE_DISK_FULL: {
    message: "The disk that the workspace lies on is full.",
    advice: "All that was saved is safe. Free some space, then try again.",
  },
  WORKSPACE_NOT_WRITTEN: {
    message: "The disk that the workspace lies on refuses to write.",
    advice: "All that was saved is safe. Look whether the disk is still there, then try again.",
  },
  WORKSPACE_UNREADABLE: {
    message: "The file at the workspace's place is no workspace.",
    advice: "It was left as it is. If it was put there by mistake, move it away and try again.",
  },
  WORKSPACE_NEWER: { advice: "It was left as it is. Update Slicebench to go on with it." },
};

/** A failure of the start in words: what is wrong, and what to do. */
export function explain({ code, message, hint }: WireError): Required<Words> {
  return { message, advice: hint ?? "Nothing was changed.", ...words[code] };
}

const unusable = new Set(["WORKSPACE_UNREADABLE", "WORKSPACE_NEWER", "WORKSPACE_DAMAGED"]);

/** Whether going on without the file that is there helps: its place is good, and nobody else has it. */
export const helpsToSetAside = ({ code }: WireError): boolean => unusable.has(code);
