/** Loaded before every test file: one time zone, one seed for property tests, and no warning passes unseen. */
import fc from "fast-check";

process.env.TZ = "UTC";
fc.configureGlobal({ seed: 20230707, numRuns: 100 });
process.on("warning", (warning) => {
  throw warning;
});
