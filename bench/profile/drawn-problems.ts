import type { NamedProblem } from "../comparison/compare";
import { problemOf } from "../problems";
import { toeplitz } from "../problems/designs";
import { uniform } from "../problems/hash";
import { evenly, noisy, positive, signalOf } from "../problems/responses";

/** Entries of the largest design. */
const LARGEST = 2_000_000;

/**
 * Lassos, every third one logistic, whose sizes, correlation, truth, noise and lambdas are drawn by a seed: nobody who works on a
 * solver knows them before.
 */
export function drawnProblems(seed: number, count: number): NamedProblem[] {
  return Array.from({ length: count }, (_, k) => {
    // Ten numbers a problem.
    const draw = (which: number): number => uniform(seed, 10 * k + which);
    const between = (which: number, low: number, high: number): number => low * (high / low) ** draw(which);
    const n = Math.round(between(0, 100, 5000));
    const p = Math.round(Math.min(between(1, 50, 5000), LARGEST / n));
    const rho = [0, 0.5, 0.8, 0.95][Math.floor(4 * draw(2))];
    const size = Math.round(between(3, 5, Math.min(n, p) / 4));
    const ratio = between(4, 1, 20);
    const smallest = between(5, 1e-3, 1e-1);
    const single = draw(6) < 0.3;
    const loss = k % 3 === 2 ? "logistic" : "squared";
    const name = `drawn ${seed}-${k}: ${loss}, ${n} x ${p}, rho ${rho}, truth ${size}, ${single ? "one lambda" : "50 lambdas"}`;
    return {
      name,
      make() {
        // Streams of one problem are apart from those of the next, and from the noise's.
        const stream = (seed + 1) * 100_000 + 10 * k;
        const X = toeplitz(n, p, rho, stream);
        const response = noisy(signalOf(X, n, evenly(p, size)), ratio, stream);
        const y = loss === "logistic" ? positive(response) : response;
        return problemOf(name, X, y, single ? { share: smallest } : { ratio: smallest, count: 50 }, { loss });
      },
    };
  });
}
