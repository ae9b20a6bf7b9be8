import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { ArchiveDialog } from "../archive/archive-dialog";
import { DeidentifyDialog } from "../deidentify/deidentify-dialog";
import { ConsensusDialog } from "../dialogs/consensus-dialog";
import { ExportDialog } from "../dialogs/export-dialog";
import { SettingsDialog } from "../dialogs/settings-dialog";
import { ShortcutSheet } from "../dialogs/shortcut-sheet";
import { SuitabilityDialog } from "../dialogs/suitability-dialog";
import { ImportDialog } from "../import/import-dialog";
import { defaultSettings, queryClient, useSettings } from "../state/queries";
import { viewportsStore } from "../state/viewports";
import { cssVariablesResolver, theme } from "../theme/theme";
import { CommandContext } from "./command-context";
import { CommandPalette } from "./command-palette";
import { useKeyBindings } from "./key-bindings";
import { Shell } from "./shell";
import styles from "./toast.module.css";
import { useCommandAccess } from "./use-command-access";
import { useDesktopCommands } from "./use-desktop-commands";
import { useHost } from "./use-host";

/** The nonce of this answer: the two style elements that the component library makes may carry it. */
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce;

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Themed />
    </QueryClientProvider>
  );
}

function Themed() {
  const settings = useSettings().data ?? defaultSettings;
  const system = useColorScheme("dark", { getInitialValueInEffect: false });
  const { theme: chosen, density, fillOpacity, outlineOpacity } = settings;
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  useEffect(() => {
    viewportsStore.getState().setLayerStyle({ fillOpacity, outlineOpacity });
  }, [fillOpacity, outlineOpacity]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      forceColorScheme={chosen === "system" ? system : chosen}
      getStyleNonce={() => nonce ?? ""}
    >
      <Notifications
        classNames={{ root: styles.root ?? "", notification: styles.toast ?? "" }}
        position="bottom-right"
        autoClose={6_000}
        limit={1}
        transitionDuration={160}
        containerWidth={268}
      />
      <Workstation />
    </MantineProvider>
  );
}

function Workstation() {
  useHost();
  const access = useCommandAccess();
  useKeyBindings(access);
  useDesktopCommands(access);
  return (
    <CommandContext value={access}>
      <Shell />
      <CommandPalette />
      <SettingsDialog />
      <ExportDialog />
      <ConsensusDialog />
      <ShortcutSheet />
      <SuitabilityDialog />
      <ImportDialog />
      <DeidentifyDialog />
      <ArchiveDialog />
    </CommandContext>
  );
}
