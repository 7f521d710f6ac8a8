import type { JsonObject } from "../rendering/chart-spec";

/**
 * The univariate problem `P(beta) = (beta - z)^2 / 2 + lambda |beta|^q`, `q = 2 / depth`, and its surrogate over factors
 * `(u, v, ..., v)` in Vega's expressions of the inputs `depth`, `lambda` and `z`, so that a picture follows its sliders
 * without us.
 */

/** `P` at a value, as an expression. */
export function objectiveAt(beta: string): string {
  return `(pow(${beta} - z, 2) / 2 + lambda * pow(abs(${beta}), 2 / depth))`;
}

/** `Q(u, v, ..., v) = (u v^(depth - 1) - z)^2 / 2 + lambda (u^2 + (depth - 1) v^2) / depth`, as an expression. */
export function surrogateAt(u: string, v: string): string {
  return (
    `(pow(${u} * pow(${v}, depth - 1) - z, 2) / 2` +
    ` + lambda * (pow(${u}, 2) + (depth - 1) * pow(${v}, 2)) / depth)`
  );
}

/** The iteration gains a digit in at most 2.1 steps, see {@link minimizerParams}. */
const ITERATIONS = 18;

/**
 * Parameters that end with `beta`, the global minimizer of `P`.
 *
 * Below `threshold` it is zero. Above, it is the largest root of `beta = |z| - lambda q beta^(q-1)`, which iteration from `|z|`
 * comes down to: its rate `lambda q (1-q) beta^(q-2)` is q/2 at the threshold and smaller above, so at most 1/3 for q < 1.
 *
 * @see Marjanovic and Solo (2012), On l_q optimization and matrix completion, doi 10.1109/TSP.2012.2212015
 */
export function minimizerParams(): JsonObject[] {
  const steps = Array.from({ length: ITERATIONS }, (_, k) => ({
    name: `root${k + 1}`,
    expr: `max(1e-9, abs(z) - lambda * q * pow(${k === 0 ? "max(1e-9, abs(z))" : `root${k}`}, q - 1))`,
  }));
  return [
    { name: "q", expr: "2 / depth" },
    {
      name: "threshold",
      expr: "depth == 2 ? lambda : (2 - q) / (2 * (1 - q)) * pow(2 * lambda * (1 - q), 1 / (2 - q))",
    },
    ...steps,
    { name: "beta", expr: `abs(z) <= threshold ? 0 : (z < 0 ? -1 : 1) * root${ITERATIONS}` },
  ];
}
