import { mustBe } from "../errors";
import { squaredNorm } from "../linalg/vector";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearCertificate,
  type PiecewiseLinearProblem,
  residualOf,
} from "../objectives/piecewise-linear-problem";
import { lbfgs } from "../optimizers";
import { descend } from "./certified-descent";
import { LiftedSurrogate } from "./lifted-surrogate";
import type { FitStatus, Solution, SolverTask, TraceRow } from "./solver";
import { vertexNear } from "./vertex";

/** What {@link liftedVarPro} is asked for: a {@link SolverTask} of a piecewise linear problem. */
export interface PiecewiseLinearTask
  extends Pick<SolverTask, "beta" | "psi" | "magnitude" | "maxIter" | "signal" | "onIteration"> {
  /** The design, the loss with its kinks, and lambda. */
  readonly problem: PiecewiseLinearProblem;
  /** Whether a certified point is good enough to stop. */
  readonly isOptimal: (certificate: PiecewiseLinearCertificate) => boolean;
}

/** The best point found, with exact zeros once it is a vertex, and the dual point that certifies it. */
export interface PiecewiseLinearSolution extends Pick<Solution, "beta" | "status" | "nIter" | "trace"> {
  /** The free part of the predictor, in the basis of `problem.free`. */
  readonly psi: Float64Array;
  /** Feasible for the dual linear program, one entry a sample. */
  readonly dual: Float64Array;
  /** How far from optimal it is at most. */
  readonly certificate: PiecewiseLinearCertificate;
}

/**
 * What share of the objective at the start the floor of the surrogate may cost, one descent after the other.
 *
 * Usually the first is enough, since its vertices do not depend on the floor. Where many samples tie on their kink there is
 * no one vertex: then a small floor gives the primal point and a large one the dual point, which is noise below it.
 */
const floorShares = [1e-7, 1e-9, 1e-5];

/** Certificates in a row that may fail to halve the gap before a descent is given up. */
const patience = 20;

/** Coefficients whose part of `||x||^2` is below this are zero. */
const negligible = 1e-12;

/**
 * Minimises `f(X beta + Q psi) + lambda ||beta||_1` for a piecewise linear `f` exactly, by smooth optimization.
 *
 * Loss and penalty are both lifted, `|r| = min { (s^2 + t^2) / 2 : s t = r }`, one factor of each is eliminated in closed
 * form, and `lbfgs` minimises the smooth rest. Each certificate looks at the point itself, with negligible coefficients
 * set to zero, and at the vertex it points to, whose equations are solved exactly; the best primal and the best dual
 * point found so far give the gap, whether they belong together or not. An evaluation factors a matrix of `n` rows.
 *
 * It starts from factors that are unbalanced over `beta` and `psi`; within 300 iterations the gap is 1e-9 relative to the
 * objective for lambda down to a hundredth of where every coefficient is zero, unless most samples tie.
 *
 * @throws InputError unless lambda is positive.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023)
 */
export function liftedVarPro(task: PiecewiseLinearTask): PiecewiseLinearSolution {
  const { problem, isOptimal, maxIter } = task;
  if (!(problem.lambda > 0)) throw mustBe("liftedVarPro", "lambda", "a positive number", problem.lambda);
  const residual = residualOf(problem, task.beta, task.psi);
  const best = new BestPair(problem, task.beta, task.psi, residual);
  let status: FitStatus = isOptimal(best.certificate) ? "converged" : "stalled";
  let nIter = 0;
  const trace: TraceRow[] = [];

  const width = squaredNorm(problem.terms.width) / residual.length ** 2;
  const cost = best.certificate.objective / width;
  for (const share of floorShares) {
    if (status !== "stalled" || nIter >= maxIter) break;
    const surrogate = new LiftedSurrogate(problem, share * cost);
    let goal = best.certificate.dualityGap / 2;
    let failures = 0;
    const rest = {
      ...task,
      maxIter: maxIter - nIter,
      onIteration: (k: number) => task.onIteration?.(nIter + k),
    };
    const descent = { objective: surrogate, optimizer: lbfgs(), start: startOf(task, residual) };
    const outcome = descend(rest, descent, (x) => {
      best.look(surrogate, x);
      const gap = best.certificate.dualityGap;
      failures = gap <= goal ? 0 : failures + 1;
      if (failures === 0) goal = gap / 2;
      if (isOptimal(best.certificate) || failures >= patience) return "optimal"; // of this floor
      return failures === 0 ? "better" : "same";
    });
    for (const row of outcome.trace) {
      trace.push({ ...row, iteration: nIter + row.iteration, method: "liftedVarPro" });
    }
    nIter += outcome.nIter;
    if (isOptimal(best.certificate)) status = "converged";
    else if (outcome.status !== "converged") status = outcome.status; // else it was given up
  }
  const { beta, psi, dual, certificate } = best;
  return { beta, psi, dual, certificate, status, nIter, trace };
}

/** The best primal and the best dual point so far, with the gap between them. */
class BestPair {
  beta: Float64Array;
  psi: Float64Array;
  dual: Float64Array;
  certificate: PiecewiseLinearCertificate;
  readonly #problem: PiecewiseLinearProblem;

  /** Begins with coefficients and the slopes of the loss there. */
  constructor(
    problem: PiecewiseLinearProblem,
    beta: Float64Array,
    psi: Float64Array,
    residual: Float64Array,
  ) {
    const { tilt, width } = problem.terms;
    const slopes = residual.map((r, i) => (tilt[i] + width[i] * Math.sign(r)) / residual.length);
    this.#problem = problem;
    this.beta = beta.slice();
    this.psi = psi.slice();
    this.dual = feasibleDual(problem, slopes);
    this.certificate = certifyPiecewiseLinear(problem, this.beta, this.psi, this.dual, 0);
  }

  /** Considers what a point of the surrogate stands for, and the vertex it points to. */
  look(surrogate: LiftedSurrogate, x: Float64Array): void {
    surrogate.valueAndGradient(x, new Float64Array(x.length));
    const { beta, psi, alpha, factor } = surrogate;
    const cut = Math.sqrt(negligible * squaredNorm(x));
    const sparse = beta.map((b, j) => (Math.abs(x[j]) <= cut ? 0 : b));
    const unlike = x.map((entry, k) => Math.abs(entry) - Math.abs(factor[k]));
    const misalignment = squaredNorm(unlike) / 2;
    this.#consider(sparse, psi.slice(), alpha, misalignment);
    const vertex = vertexNear(this.#problem, x);
    if (vertex) this.#consider(vertex.beta, vertex.psi, vertex.alpha, misalignment);
  }

  #consider(beta: Float64Array, psi: Float64Array, alpha: Float64Array, misalignment: number): void {
    const dual = feasibleDual(this.#problem, alpha);
    for (const pair of [
      { beta, psi, dual: this.dual },
      { beta: this.beta, psi: this.psi, dual },
      { beta, psi, dual },
    ]) {
      const found = certifyPiecewiseLinear(this.#problem, pair.beta, pair.psi, pair.dual, misalignment);
      if (found.dualityGap >= this.certificate.dualityGap) continue;
      Object.assign(this, pair);
      this.certificate = found;
    }
  }
}

/** Factors `v` and `t` from which every coefficient and residual can move in either direction. */
function startOf({ problem, beta, magnitude }: PiecewiseLinearTask, residual: Float64Array): Float64Array {
  const { terms, lambda } = problem;
  const n = residual.length;
  const typical = residual.reduce((sum, r) => sum + Math.abs(r) / n, 0) || magnitude;
  const v = Array.from(beta, (b) => Math.sqrt(Math.abs(b) + magnitude));
  const t = Array.from(residual, (r, i) =>
    Math.sqrt((terms.width[i] * (Math.abs(r) + typical)) / (n * lambda)),
  );
  return Float64Array.from([...v, ...t]);
}
