/**
 * Loaded before every test file: one time zone, one seed for property tests, no warning passes unseen, and what a test
 * leaves running fails the run instead of holding it up.
 */
import fc from "fast-check";

process.env.TZ = "UTC";
fc.configureGlobal({ seed: 20230707, numRuns: 100 });
process.on("warning", (warning) => {
  throw warning;
});

export const mochaHooks = {
  afterAll(): void {
    setTimeout(() => {
      process.stderr.write("Failed: 10 s after the last test, something that a test started still runs\n");
      // Mocha, which saw no failure, sets the status as the process exits.
      process.on("exit", () => {
        process.exitCode = 1;
      });
      process.exit();
    }, 10_000).unref();
  },
};
