export const generatedNote = "<!-- Written by `npm run reference`: change the code, not this page. -->";

/** Text for a cell of a table: as it is, whatever marks it holds. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
