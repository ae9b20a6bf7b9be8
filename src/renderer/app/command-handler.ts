/** What a command does; held commands hear the key's end too. */
export type CommandHandler = (phase: "start" | "end") => void;
