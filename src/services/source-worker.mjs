import { register } from "tsx/esm/api";

/**
 * Runs a worker thread's program from its TypeScript source: threads do not take over `--import tsx` from the
 * process. Never part of the build. Its one argument is the program's name.
 */
register();
const program = await import(new URL(`${process.argv[2]}.ts`, import.meta.url).href);
export default program.default;
