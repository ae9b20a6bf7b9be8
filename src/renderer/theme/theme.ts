import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** Mantine's colours and sizes, mapped onto the tokens of tokens.css: the library draws, the tokens decide. */

/** Mantine's own dark greys, from text to black. */
const dark: MantineColorsTuple = [
  "#ececec",
  "#b0b4b8",
  "#9ca1a6",
  "#6f747a",
  "#34373a",
  "#282a2c",
  "#1d1f20",
  "#161718",
  "#0d0e0f",
  "#000000",
];

/** The light theme's greys, from panel to ink. */
const gray: MantineColorsTuple = [
  "#f6f6f7",
  "#eceded",
  "#dadde0",
  "#d0d3d6",
  "#c2c6ca",
  "#767b80",
  "#565b60",
  "#43474b",
  "#17191b",
  "#0b0b0b",
];

const accent: MantineColorsTuple = [
  "#eef0ff",
  "#dde1ff",
  "#ccd3ff",
  "#bcc5ff",
  "#aab6ff",
  "#8c9aef",
  "#6272d6",
  "#3443b8",
  "#2a379c",
  "#12152b",
];

const surface = (background: string, hover: string, color: string) => ({
  background,
  hover,
  color,
  border: "1px solid transparent",
});

const variantColorResolver: VariantColorsResolver = (input) => {
  switch (input.variant) {
    case "filled":
      return surface("var(--accent)", "var(--accent-hover)", "var(--accent-ink)");
    case "light":
      return surface("var(--accent-wash)", "var(--accent-wash)", "var(--accent)");
    case "default":
      return surface("var(--bg-4)", "var(--bg-5)", "var(--text-1)");
    case "outline":
      return {
        ...surface("transparent", "var(--bg-4)", "var(--text-1)"),
        border: "1px solid var(--edge)",
      };
    case "subtle":
      return surface("transparent", "var(--bg-4)", "var(--text-2)");
    default:
      return defaultVariantColorsResolver(input);
  }
};

export const theme = createTheme({
  colors: { dark, gray, accent },
  primaryColor: "accent",
  primaryShade: { dark: 4, light: 7 },
  variantColorResolver,
  fontFamily: '"Inter Variable", "Segoe UI", "SF Pro Text", "Noto Sans", system-ui, sans-serif',
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "11px", sm: "var(--text-body)", md: "var(--text-body)", lg: "13px", xl: "20px" },
  lineHeights: { xs: "15px", sm: "16px", md: "16px", lg: "18px", xl: "28px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "8px" },
  defaultRadius: "sm",
  headings: { fontFamily: "inherit", fontWeight: "600" },
  shadows: {
    xs: "none",
    sm: "var(--shadow-float)",
    md: "var(--shadow-float)",
    lg: "var(--shadow-float)",
    xl: "var(--shadow-float)",
  },
  cursorType: "default",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", size: 28 } },
    Button: { defaultProps: { variant: "default", size: "compact-sm", h: 26, px: 10, fw: 500 } },
    Tooltip: { defaultProps: { openDelay: 500, closeDelay: 0, transitionProps: { duration: 80 }, fz: 12 } },
    Menu: {
      // The placeholder is no item, and so nothing that a menu may hold: the first item takes the focus.
      defaultProps: {
        shadow: "md",
        transitionProps: { duration: 80 },
        offset: 4,
        withInitialFocusPlaceholder: false,
      },
    },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.5 },
        styles: { title: { fontSize: 13, fontWeight: 600 } },
      },
    },
    // The library's own is two below the field's size: nothing is set under 11 px.
    InputDescription: { defaultProps: { fz: 11 } },
    Slider: { defaultProps: { size: 2, thumbSize: 12, label: null } },
    Select: { defaultProps: { size: "xs", allowDeselect: false, comboboxProps: { shadow: "md" } } },
  },
});

/** Points Mantine's semantic variables at the tokens, once for both schemes: the tokens themselves change. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const variables = {
    "--mantine-color-body": "var(--bg-2)",
    "--mantine-color-text": "var(--text-1)",
    "--mantine-color-bright": "var(--text-1)",
    "--mantine-color-dimmed": "var(--text-3)",
    "--mantine-color-placeholder": "var(--text-3)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-default": "var(--bg-field)",
    "--mantine-color-default-hover": "var(--bg-4)",
    "--mantine-color-default-color": "var(--text-1)",
    "--mantine-color-default-border": "var(--edge)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-disabled": "var(--bg-3)",
    "--mantine-color-disabled-color": "var(--text-3)",
    "--mantine-color-disabled-border": "var(--line)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent-hover)",
    "--mantine-primary-color-light": "var(--accent-wash)",
    "--mantine-primary-color-light-color": "var(--accent)",
    "--mantine-primary-color-contrast": "var(--accent-ink)",
    "--mantine-color-accent-filled": "var(--accent)",
    "--mantine-color-accent-filled-hover": "var(--accent-hover)",
  };
  return { variables: {}, dark: variables, light: variables };
};
