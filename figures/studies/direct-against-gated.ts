import { gradientDescent, minimize, seededRandom } from "smooth-edges";
import { groupHadamardProduct, surrogateObjective } from "smooth-edges/surrogate";
import { grid, type Result, replicates, type Study, type Task } from "./study";

/** The toy of D-Gating (arXiv 2509.23898, Figure 1): one sample, two features, a penalty that has its minimum at zero. */
const X = [[1, 0.5]];
const Y = 1;
/** Points of the unit circle, drawn by their numbers. */
const STARTS = 100;
const STEP = 0.05;
const STEPS = 500;
const LAMBDA = 2.5;
/** A weight below it counts as zero. */
const ZERO = 1e-6;

/** So many steps make an entry of the distances. */
export const BLOCK = 10;

/** Distances from the minimum over all starts and the ten steps of a block, an entry a block. */
export interface Distances {
  /** A tenth of them is smaller. */
  readonly low: readonly number[];
  readonly median: readonly number[];
  /** A tenth of them is larger. */
  readonly high: readonly number[];
  /** Of how many starts both weights end at zero. */
  readonly atZero: number;
  readonly starts: number;
}

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
    const descend = method === "direct" ? direct : gated;
    const paths = replicates(STARTS).map((seed) => descend(Number(depth), startOf(seed)));
    const blocks = replicates(STEPS / BLOCK).map((block) =>
      paths
        .flatMap((path) => path.slice(1 + block * BLOCK, 1 + (block + 1) * BLOCK))
        .map((w) => Math.hypot(...w))
        .sort((a, b) => a - b),
    );
    const atQuantile = (share: number): number[] =>
      blocks.map((distances) => distances[Math.round(share * (distances.length - 1))]);
    const ends = paths.map((path) => path[STEPS]);
    const result: Distances = {
      low: atQuantile(0.1),
      median: atQuantile(0.5),
      high: atQuantile(0.9),
      atZero: ends.filter((w) => w.every((value) => Math.abs(value) < ZERO)).length,
      starts: STARTS,
    };
    return { ...result };
  },
  // Where a direct step jumps about the kink, roundings decide.
  tolerance: 1e-6,
};

function startOf(seed: number): number[] {
  const random = seededRandom(seed);
  const [x, y] = [random.normal(), random.normal()];
  const norm = Math.hypot(x, y);
  return [x / norm, y / norm];
}

/**
 * Gradient steps wherever the penalty has a gradient, `(2 lambda / D) norm2(w)^(2/D - 2) w`. The power is a root: of powers, versions of
 * Node round some otherwise, and steps that jump about the kink make of one rounding another path.
 */
function direct(depth: number, start: readonly number[]): number[][] {
  let w = [...start];
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
function gated(depth: number, start: readonly number[]): number[][] {
  const parametrization = groupHadamardProduct([0, 0], { depth });
  const Q = surrogateObjective(X, [Y], { parametrization, lambda: LAMBDA / 2 });
  const factors = Float64Array.from({ length: Q.size }, (_, k) => start[k] ?? 1);
  const path = [[...start]];
  minimize(Q, gradientDescent({ step: 2 * STEP }), factors, {
    maxIter: STEPS,
    tol: 0,
    onIteration: ({ x }) => void path.push([...Q.coefficients(x).coef]),
  });
  return path;
}
