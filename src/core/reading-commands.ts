/** What blind reading adds to the table of commands (commands.ts). It stands first there: its keys come before their others. */
export const readingCommands = [
  {
    id: "reading.left",
    title: "Left is better",
    group: "Blind reading",
    keys: ["ArrowLeft"],
    when: "reading",
    search: "blind prefer",
  },
  {
    id: "reading.right",
    title: "Right is better",
    group: "Blind reading",
    keys: ["ArrowRight"],
    when: "reading",
    search: "blind prefer",
  },
  {
    id: "reading.tie",
    title: "Neither is better",
    group: "Blind reading",
    keys: ["ArrowDown"],
    when: "reading",
    search: "blind tie equal",
  },
  {
    id: "reading.back",
    title: "Back to the slice before",
    group: "Blind reading",
    keys: ["Backspace", "ArrowUp"],
    when: "reading",
    search: "blind previous",
  },
  {
    id: "reading.hide",
    title: "Hide the masks while held",
    group: "Blind reading",
    keys: ["H"],
    when: "reading",
    held: true,
    search: "blind",
  },
] as const;
