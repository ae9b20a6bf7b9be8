import fc from "fast-check";

/**
 * Property tests draw the same examples in every run, so that what passed once passes for everybody;
 * `FAST_CHECK_SEED=random npm run test:unit` looks for new ones, and what it finds becomes an example of its test.
 */
const seed = process.env.FAST_CHECK_SEED;
if (seed !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed ?? 1) });
