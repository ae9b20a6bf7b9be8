import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./theme/tokens.css";
import "./theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";

// The scroll lock of dialogs makes a style element of its own; by this name it asks for the nonce to put on it.
Object.assign(globalThis, {
  __webpack_nonce__: document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce,
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
