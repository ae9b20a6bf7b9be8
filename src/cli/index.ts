import { runProgram } from "./program";

// Libraries that print would spoil --json: what they have to say belongs to standard error.
console.log = console.error;
console.info = console.error;
console.debug = console.error;

// A reader that has seen enough (`slicebench models | head -1`) closes the pipe; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runProgram(process.argv.slice(2));
