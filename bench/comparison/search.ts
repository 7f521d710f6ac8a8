/** What a solve at a tolerance came to. */
export interface Trial {
  readonly tol: number;
  readonly seconds: number;
  /** By the checker. */
  readonly worst: number;
}

/** The loosest and the tightest tolerance that is tried. */
export const LOOSEST = 1e-1;
const TIGHTEST = 1e-18;

/**
 * Finds the loosest power of ten as tolerance at which the error is at most the target, from a first guess on: looser as long
 * as it is reached, or tighter until it is.
 *
 * @param slowSeconds solves that took longer, together, are the last that are tried.
 * @returns the trial found, or the last one, which misses the target.
 */
export async function loosestTolerance<T extends Trial>(
  guess: number,
  target: number,
  slowSeconds: number,
  solve: (tol: number) => Promise<T>,
): Promise<{ readonly trial: T; readonly reached: boolean }> {
  const power = (exponent: number): number => Number(`1e-${exponent}`);
  const [loosest, tightest, first] = [LOOSEST, TIGHTEST, guess].map((tol) => Math.round(-Math.log10(tol)));
  let exponent = Math.min(Math.max(first, loosest), tightest);
  let trial = await solve(power(exponent));
  let spent = trial.seconds;
  if (trial.worst <= target) {
    while (exponent > loosest && spent <= slowSeconds) {
      const looser = await solve(power(--exponent));
      spent += looser.seconds;
      if (!(looser.worst <= target)) break;
      trial = looser;
    }
    return { trial, reached: true };
  }
  while (exponent < tightest && spent <= slowSeconds) {
    trial = await solve(power(++exponent));
    spent += trial.seconds;
    if (trial.worst <= target) return { trial, reached: true };
  }
  return { trial, reached: false };
}
