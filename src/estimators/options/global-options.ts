/** The check of the options of a search for the global minimum ({@link checkGlobal}), which only proofs load. */
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { GlobalOptions } from "./run-options";

/** @throws InputError for options that are unknown or outside their domain. */
export function checkGlobal(where: string, global: GlobalOptions | undefined): void {
  if (typeof global !== "object" || global === null)
    throw mustBe(where, "global", "true, false or options of the search", global);
  checkKeys(where, global, ["timeLimit", "gap"]);
  const { timeLimit = 60, gap = 1e-6 } = global;
  if (!(typeof timeLimit === "number" && timeLimit >= 0))
    throw mustBe(where, "timeLimit", "a number of seconds >= 0", timeLimit);
  if (!(typeof gap === "number" && gap >= 1e-9 && gap < 1))
    throw mustBe(where, "gap", "a number from 1e-9 on, below 1", gap);
}
