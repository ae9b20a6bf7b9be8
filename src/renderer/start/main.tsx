import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "../theme/tokens.css";
import "../theme/base.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { StartView } from "../../host/contract";
import { getJson } from "../api/request";
import { cssVariablesResolver, theme } from "../theme/theme";
import { StartPage } from "./start-page";

/** The page in place of the workstation's where that cannot start. Which theme is wanted is in the workspace, too. */
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce;

const root = document.getElementById("root");
if (!root) throw new Error("start.html has no element #root.");
const view = await getJson<StartView>("start");
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      forceColorScheme="dark"
      getStyleNonce={() => nonce ?? ""}
    >
      <StartPage first={view} />
    </MantineProvider>
  </StrictMode>,
);
