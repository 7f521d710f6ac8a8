import type { NamedProblem } from "../comparison/compare";
import { problemOf } from "../problems";
import { toeplitz } from "../problems/designs";
import { uniform } from "../problems/hash";
import { evenGroups, evenly, noisy, positive, signalOf } from "../problems/responses";

/** Entries of the largest design. */
const LARGEST = 500_000;

/** Size of the groups of a group lasso. */
const SIZE = 5;

/** Of four problems in turn. */
const KINDS = ["lasso", "group lasso", "lasso", "logistic lasso"] as const;

/**
 * Lassos, with groups or a logistic loss one in four each, whose sizes, correlation, truth, noise and lambdas are drawn by a
 * seed: nobody who works on a solver knows them before.
 */
export function drawnProblems(seed: number, count: number): NamedProblem[] {
  return Array.from({ length: count }, (_, k) => {
    // Ten numbers a problem.
    const draw = (which: number): number => uniform(seed, 10 * k + which);
    const between = (which: number, low: number, high: number): number => low * (high / low) ** draw(which);
    const n = Math.round(between(0, 50, 3000));
    const p = SIZE * Math.round(Math.min(between(1, 50, 5000), LARGEST / n) / SIZE);
    const rho = [0, 0.5, 0.8, 0.95][Math.floor(4 * draw(2))];
    const kind = KINDS[k % KINDS.length];
    const most = kind === "group lasso" ? p / SIZE / 4 : Math.min(n, p) / 4;
    const size = Math.round(between(3, 3, Math.max(most, 4)));
    const ratio = between(4, 1, 20);
    const smallest = between(5, 1e-2, 2e-1);
    const single = draw(6) < 0.3;
    const name = `drawn ${seed}-${k}: ${kind}, ${n} x ${p}, rho ${rho}, truth ${size}, ${single ? "one lambda" : "50 lambdas"}`;
    return {
      name,
      make() {
        // Streams of one problem are apart from those of the next, and from the noise's.
        const stream = (seed + 1) * 100_000 + 10 * k;
        const X = toeplitz(n, p, rho, stream);
        const truth = kind === "group lasso" ? evenGroups(p, SIZE, size) : evenly(p, size);
        const response = noisy(signalOf(X, n, truth), ratio, stream);
        const grid = single ? { share: smallest } : { ratio: smallest, count: 50 };
        if (kind === "logistic lasso") {
          return problemOf(name, X, positive(response), grid, { loss: "logistic" });
        }
        const penalty =
          kind === "lasso" ? ({ name: "l1" } as const) : ({ name: "group", size: SIZE } as const);
        return problemOf(name, X, response, grid, { penalty });
      },
    };
  });
}
