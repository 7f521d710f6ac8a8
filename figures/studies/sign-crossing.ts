import { gradientDescent, SmoothLasso, seededRandom } from "smooth-edges";
import { hadamardProduct, type SmoothObjective, surrogateObjective } from "smooth-edges/surrogate";
import { DualRidge } from "./dual-ridge";
import { grid, type Result, replicates, type Study, type Task } from "./study";
import { dot, largest, norm } from "./vector";

const N_SAMPLES = 10;
const N_FEATURES = 20;
/** Steps of ISTA and of VarPro, the length of those of VarPro, and as how many shorter ones descent on both factors takes each. */
export const STEPS = 1800;
const STEP = 0.01 / 3;
const SHORTER = 10;
/** Runs go on for this many times `STEPS`, to see where they lead. */
const LONGER = 10;
/** The replicate whose paths are kept, as its lasso is reached within `STEPS`; and steps between two of their points. */
const KEPT = 1;
export const APART = 40;
/** A coefficient that is smaller counts as being at zero: a hundredth of the true ones. */
const NEAR = 0.005;
/** Steps at which the gap is looked at. */
export const LOOKS: readonly number[] = [
  ...new Set(Array.from({ length: 26 }, (_, k) => Math.round((LONGER * STEPS) ** (k / 25)))),
];

/** A lasso, `(1/2) norm2(X beta - y)^2 + lambda norm1(beta)`, and a start on the wrong side of zero. */
interface Crossing {
  readonly X: { readonly data: Float64Array; readonly nSamples: number; readonly nFeatures: number };
  readonly y: Float64Array;
  readonly ridge: DualRidge;
  readonly lambda: number;
  /** `beta = u v`, and `u` the best one for this `v`. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly beta: Float64Array;
  /** The minimum. */
  readonly exact: Float64Array;
  /** The first coefficient that has to cross. */
  readonly watched: number;
}

/** `beta` after each of VarPro's steps, or after as many short ones. */
type Method = (problem: Crossing) => Iterable<Float64Array>;

export const METHODS: Readonly<Record<string, Method>> = {
  ISTA: ista,
  VarPro: varPro,
  "u and v, as VarPro has them": (problem) => descent(problem, problem.u, problem.v),
  "u and v, of equal size": (problem) => {
    const size = problem.beta.map((b) => Math.sqrt(Math.abs(b)));
    return descent(
      problem,
      size.map((root, j) => Math.sign(problem.beta[j]) * root),
      size,
    );
  },
};

/** What a task gives. */
export interface Crossed {
  /** Above the least value of the lasso, relatively, after the steps of `looks`. */
  readonly gaps: number[];
  /** Above the least value among coefficients with the signs of the start, relatively, at the end. */
  readonly lockedGap: number;
  /** Coefficients that the lasso has on the other side than the start, and those of them that ended on its side. */
  readonly wrong: number;
  readonly crossed: number;
  /** Steps of `STEPS` for which the watched coefficient was at zero, by a hundredth of its true size, and the first step after. */
  readonly near: number;
  readonly left: number | null;
  /** Of one replicate: all coefficients, now and then; and the lasso's. */
  readonly path?: number[][];
  readonly exact?: number[];
  readonly watched: number;
}

/**
 * The flow picture of Poon and Peyré (arXiv 2106.01429): ten measurements of twenty coefficients, of which
 * two are 0.5 and -0.5, and a start from which one of them has to cross zero. Descent on both factors, its step and the
 * longer runs are ours.
 */
export const signCrossing: Study = {
  name: "sign-crossing",
  title: "Do coefficients cross zero on the surrogate? (setting: Poon and Peyré's, longer runs ours)",
  tasks: (setting) =>
    grid({
      replicate: replicates(setting === "quick" ? 2 : 1000),
      method: Object.keys(METHODS),
    }),
  run: ({ parameters: { replicate, method } }: Task): Result => ({
    ...followed(crossingOf(Number(replicate)), METHODS[String(method)], replicate === KEPT),
  }),
  tolerance: 1e-4,
};

/**
 * Draws until a true coefficient starts on the wrong side, a tenth of its size or more from zero, as the paper's script does;
 * and the lasso has it on the right one, of which that script is silent.
 */
function crossingOf(seed: number): Crossing {
  const random = seededRandom(seed);
  const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  for (;;) {
    const X = { data: normals(N_SAMPLES * N_FEATURES), nSamples: N_SAMPLES, nFeatures: N_FEATURES };
    const truth = new Float64Array(N_FEATURES);
    const [plus, minus] = random.permutation(N_FEATURES);
    truth[plus] = 0.5;
    truth[minus] = -0.5;
    const y = Float64Array.from({ length: N_SAMPLES }, (_, i) =>
      truth.reduce((sum, b, j) => sum + b * X.data[i * N_FEATURES + j], 0),
    );
    const ridge = new DualRidge(X, y);
    const lambda = largest(ridge.correlations(y)) / 10;
    const v = normals(N_FEATURES);
    const { images } = ridge.solve(
      v.map((gate) => gate * gate),
      () => lambda,
    );
    const u = v.map((gate, j) => gate * images[j]);
    const beta = u.map((factor, j) => factor * v[j]);
    const watched = truth.findIndex((b, j) => b * images[j] < 0 && Math.abs(beta[j]) > NEAR * 10);
    if (watched < 0) continue;
    const exact = lasso(X, y, lambda);
    if (exact[watched] * truth[watched] > 0) return { X, y, ridge, lambda, u, v, beta, exact, watched };
  }
}

function followed(problem: Crossing, method: Method, kept: boolean): Crossed {
  const { X, y, lambda, exact, watched } = problem;
  const best = objectiveAt(problem, exact);
  const locked = objectiveAt(problem, lasso(X, y, lambda, problem.beta));
  const wrong = [...exact.keys()].filter((j) => exact[j] * problem.beta[j] < 0);
  const gaps: number[] = [];
  const path = [[...problem.beta]];
  let [step, near, left, beta] = [0, 0, Number.NaN, problem.beta];
  for (beta of method(problem)) {
    step += 1;
    if (step <= STEPS) {
      if (Math.abs(beta[watched]) < NEAR) near += 1;
      if (step % APART === 0) path.push([...beta]);
    }
    const isOver = Math.abs(beta[watched]) >= NEAR && beta[watched] * exact[watched] > 0;
    if (isOver && Number.isNaN(left)) left = step;
    if (LOOKS.includes(step)) gaps.push(objectiveAt(problem, beta) / best - 1);
    if (step === LONGER * STEPS) break;
  }
  return {
    gaps,
    lockedGap: objectiveAt(problem, beta) / locked - 1,
    wrong: wrong.length,
    crossed: wrong.filter((j) => exact[j] * beta[j] > 0).length,
    near,
    left: Number.isNaN(left) ? null : left,
    watched,
    ...(kept ? { path, exact: [...exact] } : {}),
  };
}

/** The minimum, among coefficients of the same signs where some are given. */
function lasso(X: Crossing["X"], y: Float64Array, lambda: number, signs?: Float64Array): Float64Array {
  const bounds =
    signs && Array.from(signs, (b): [number, number] => (b > 0 ? [0, Infinity] : [-Infinity, 0]));
  const options = { lambda: lambda / N_SAMPLES, fitIntercept: false, standardize: false, tol: 1e-13 };
  return new SmoothLasso({ ...options, bounds }).fit(X, y).coef;
}

function objectiveAt({ ridge, lambda }: Crossing, beta: Float64Array): number {
  const r = ridge.residual(beta);
  return dot(r, r) / 2 + lambda * beta.reduce((sum, b) => sum + Math.abs(b), 0);
}

/** Steps of a tenth of `1 / norm(X)^2`. */
function* ista({ X, ridge, lambda, beta: start }: Crossing): Generator<Float64Array> {
  const step = 0.1 / squaredNorm(X, ridge);
  for (let beta = start; ; ) {
    const slopes = ridge.correlations(ridge.residual(beta));
    beta = beta.map((b, j) => {
      const moved = b + step * slopes[j];
      return Math.sign(moved) * Math.max(Math.abs(moved) - step * lambda, 0);
    });
    yield beta;
  }
}

/** The largest eigenvalue of `X' X`, by powers of it. */
function squaredNorm({ nFeatures }: Crossing["X"], ridge: DualRidge): number {
  // y - (y - X b) is X b.
  const origin = ridge.residual(new Float64Array(nFeatures));
  let vector = new Float64Array(nFeatures).fill(1);
  let length = 1;
  for (let k = 0; k < 1000; k++) {
    const image = ridge.correlations(ridge.residual(vector).map((r, i) => origin[i] - r));
    length = norm(image);
    vector = image.map((entry) => entry / length);
  }
  return length;
}

/** Steps on `f(v) = min over u of norm2(X (u v) - y)^2 / (2 lambda) + (norm2(u)^2 + norm2(v)^2) / 2`. */
function* varPro({ ridge, lambda, v: start }: Crossing): Generator<Float64Array> {
  let images: Float64Array = start;
  const reduced: SmoothObjective = {
    size: start.length,
    valueAndGradient(v, gradient) {
      const solved = ridge.solve(
        v.map((gate) => gate * gate),
        () => lambda,
      );
      images = solved.images;
      v.forEach((gate, j) => {
        gradient[j] = gate * (1 - images[j] ** 2);
      });
      return solved.value + dot(v, v) / 2;
    },
  };
  const states = gradientDescent({ step: STEP }).iterate(reduced, start);
  states.next(); // the start
  for (const { x } of states) yield x.map((gate, j) => gate * gate * images[j]);
}

/** Steps on `norm2(X (u v) - y)^2 / (2 lambda) + (norm2(u)^2 + norm2(v)^2) / 2`, `SHORTER` of them at a time. */
function* descent({ X, y, lambda }: Crossing, u: Float64Array, v: Float64Array): Generator<Float64Array> {
  const scaled = lambda / N_SAMPLES;
  const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda: scaled });
  const step = STEP / SHORTER / scaled;
  const states = gradientDescent({ step }).iterate(Q, Float64Array.of(...u, ...v));
  states.next(); // the start
  let taken = 0;
  for (const { x } of states) {
    taken += 1;
    if (taken % SHORTER === 0) yield Q.coefficients(x).coef;
  }
}
