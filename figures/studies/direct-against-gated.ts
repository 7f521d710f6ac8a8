import { gradientDescent, minimize } from "smooth-edges";
import { groupHadamardProduct, surrogateObjective } from "smooth-edges/surrogate";
import { grid, type Result, type Study, type Task } from "./study";

/** The toy of D-Gating (arXiv 2509.23898, Figure 1): one sample, two features, a penalty that has its minimum at zero. */
const X = [[1, 0.5]];
const Y = 1;
const START = [0.8, -0.6];
const STEP = 0.05;
const STEPS = 500;
const LAMBDA = 2.5;
const THRESHOLDS = [1e-8, 1e-6, 1e-3];

/**
 * Descent on `(y - x'w)^2 + lambda norm2(w)^(2/D)` itself, and on its gated surrogate with the same step: only the latter
 * comes to rest at the minimum, zero. The constants of the figure are not printed; these are ours.
 */
export const directAgainstGated: Study = {
  name: "direct-against-gated",
  title:
    "Does descent on the penalty itself find the zero that descent on its surrogate finds? (setting: ours)",
  tasks: () => grid({ depth: [2, 3], method: ["direct", "gated"] }),
  run: ({ parameters: { depth, method } }: Task): Result => {
    const path = method === "direct" ? direct(Number(depth)) : gated(Number(depth));
    const last = path.at(-1) as number[];
    return {
      distances: path.map((w) => Math.hypot(...w)),
      end: last,
      zeros: THRESHOLDS.map((threshold) => last.filter((value) => Math.abs(value) < threshold).length),
    };
  },
  // Where a direct step jumps about the kink, roundings decide.
  tolerance: 1e-6,
};

/**
 * Gradient steps wherever the penalty has a gradient, `(2 lambda / D) norm2(w)^(2/D - 2) w`. The power is a root: of powers, versions of
 * Node round some otherwise, and steps that jump about the kink make of one rounding another path.
 */
function direct(depth: number): number[][] {
  let w = START;
  const path = [w];
  for (let step = 0; step < STEPS; step++) {
    const norm = Math.hypot(...w);
    const residual = X[0][0] * w[0] + X[0][1] * w[1] - Y;
    const steepness = norm > 0 ? (LAMBDA * 2) / depth / (depth === 2 ? norm : norm * Math.cbrt(norm)) : 0;
    w = w.map((value, j) => value - STEP * (2 * residual * X[0][j] + steepness * value));
    path.push(w);
  }
  return path;
}

/** `w` is in one factor and the gates are 1. The library's loss is half of the figure's, so lambda halves and the step doubles. */
function gated(depth: number): number[][] {
  const parametrization = groupHadamardProduct([0, 0], { depth });
  const Q = surrogateObjective(X, [Y], { parametrization, lambda: LAMBDA / 2 });
  const start = Float64Array.from({ length: Q.size }, (_, k) => START[k] ?? 1);
  const path = [START];
  minimize(Q, gradientDescent({ step: 2 * STEP }), start, {
    maxIter: STEPS,
    tol: 0,
    onIteration: ({ x }) => void path.push([...Q.coefficients(x).coef]),
  });
  return path;
}
