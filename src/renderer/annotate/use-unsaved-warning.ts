import { useEffect } from "react";
import { editQueue } from "./commit-edit";

/** The browser asks before it closes a page with edits that are not in the workspace yet. */
export function useUnsavedWarning(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (editQueue.state.getState().waiting > 0) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
}
