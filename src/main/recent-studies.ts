import { app, type JumpListItem } from "electron";
import type { RecentPath } from "../workspace/recent";

/** The system's own list of what was opened last: the Dock's on macOS, the taskbar's jump list on Windows. */
export function showRecentStudies(recent: readonly RecentPath[], platform = process.platform): void {
  if (platform === "darwin") showInDock(recent);
  if (platform === "win32") showInJumpList(recent);
}

function showInDock(recent: readonly RecentPath[]): void {
  app.clearRecentDocuments();
  // The last that is added is shown first.
  for (const { path } of recent.toReversed()) app.addRecentDocument(path);
}

/** Windows' own list of recent documents takes no folders, and a study mostly is one: so it is a list of tasks. */
function showInJumpList(recent: readonly RecentPath[]): void {
  // Windows drops the whole list where it names what the reader took out of it.
  const removed = new Set(app.getJumpListSettings().removedItems.map((item) => item.args));
  const items = recent
    .map(({ path, title }): JumpListItem => ({
      type: "task",
      title,
      description: path,
      program: process.execPath,
      args: `"${path}"`,
    }))
    .filter(({ args }) => !removed.has(args));
  app.setJumpList(items.length === 0 ? null : [{ type: "custom", name: "Recent studies", items }]);
}
