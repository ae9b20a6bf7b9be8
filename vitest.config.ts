import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx", "scripts/**/*.test.ts"],
    setupFiles: ["test-support/property-tests.ts"],
    testTimeout: 60_000,
    // Two workers: the engine under test keeps threads of its own.
    maxWorkers: 2,
    // tfjs-core publishes its gradients as modules that Node itself does not take for such.
    server: { deps: { inline: [/@tensorflow\/tfjs-core\/dist\/(?!tf-core)/] } },
  },
});
