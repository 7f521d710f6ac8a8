import { Table } from "smooth-edges";
import { LIBRARY_SOLVERS, librarySolver, loaderOf } from "./contenders/library";
import { median } from "./interleaved";
import { PROBLEMS } from "./problems";

/**
 * The problems of the benchmark by several solvers of the library, which take turns in one process: processor seconds, so that other work on
 * the machine counts little, of a first call and the median of further ones.
 *
 * @param solvers names of the contenders in `contenders/library.ts`, the first of which the others are compared with.
 * @param rounds further calls of each, at least 1.
 */
export function benchOwnSolvers(names: readonly string[], solvers: readonly string[], rounds: number): Table {
  const rows = names.flatMap((name) => {
    const problem = PROBLEMS[name]();
    const X = loaderOf(problem, "columns", 1)();
    const seconds: number[][] = solvers.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      solvers.forEach((_, turn) => {
        const k = (turn + round) % solvers.length;
        const solve = librarySolver(problem, solvers[k], 1);
        const before = process.cpuUsage();
        solve(X, undefined);
        const { user, system } = process.cpuUsage(before);
        seconds[k].push((user + system) / 1e6);
      });
    }
    const further = seconds.map((times) => median(times.slice(1)));
    return solvers.map((solver, k) => [name, solver, seconds[k][0], further[k], further[k] / further[0]]);
  });
  return new Table({
    title: `processor seconds in one process, median of ${rounds} rounds after the first, default tolerance`,
    columns: ["problem", "solver", "first call", "further ones", `ratio to ${solvers[0]}`],
    maxRows: rows.length,
    rows,
  });
}

export const OWN_SOLVERS: readonly string[] = Object.keys(LIBRARY_SOLVERS);
