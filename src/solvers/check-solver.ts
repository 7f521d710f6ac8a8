import { checkMethods } from "../options";

/** @throws InputError unless `value` is a solver. */
export function checkSolver(where: string, what: string, value: unknown): void {
  checkMethods(where, what, value, ["solve"], "a solver such as coordinateDescent()");
}
