/** Which modifier is `Mod`, and which signs stand on the keys. */
export const platform: "mac" | "other" = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "mac" : "other";
