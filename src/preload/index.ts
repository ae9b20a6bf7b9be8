import { contextBridge, ipcRenderer, type IpcRendererEvent, webUtils } from "electron";
import { channels, type DesktopBridge } from "./bridge";

/**
 * The whole bridge. Each function is one fixed channel: the page gets no `ipcRenderer`, no channel name and no
 * event object, so it can ask for nothing else.
 */
const bridge: DesktopBridge = {
  openFiles: () => ipcRenderer.invoke(channels.openFiles) as Promise<string[]>,
  openFolder: () => ipcRenderer.invoke(channels.openFolder) as Promise<string[]>,
  savePdf: (reportQuery) => ipcRenderer.invoke(channels.savePdf, reportQuery) as Promise<string>,
  pathForFile: (file) => webUtils.getPathForFile(file),
  revealInFolder: (path) => ipcRenderer.invoke(channels.revealInFolder, path) as Promise<void>,
  showAvailable: (commandIds) => ipcRenderer.invoke(channels.showAvailable, commandIds) as Promise<void>,
  onCommand: (listener) => {
    const hear = (_event: IpcRendererEvent, commandId: string) => listener(commandId);
    ipcRenderer.on(channels.command, hear);
    return () => void ipcRenderer.off(channels.command, hear);
  },
};

contextBridge.exposeInMainWorld("slicebench", bridge);
