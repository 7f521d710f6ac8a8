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
import type { Solution, SolverTask } from "./solver";
import { vertexNear } from "./vertex";

/** What {@link liftedVarPro} is asked for: a {@link SolverTask} of a piecewise linear problem. */
export interface PiecewiseLinearTask
  extends Pick<SolverTask, "beta" | "psi" | "magnitude" | "maxIter" | "signal" | "onIteration"> {
  readonly problem: PiecewiseLinearProblem;
  /** Whether a certified point is good enough to stop. */
  readonly isOptimal: (certificate: PiecewiseLinearCertificate) => boolean;
}

/** The best point found, with exact zeros once it is a vertex, and the dual point that certifies it. */
export interface PiecewiseLinearSolution extends Pick<Solution, "beta" | "status" | "nIter" | "trace"> {
  readonly psi: Float64Array;
  /** Feasible for the dual linear program, one entry a sample. */
  readonly dual: Float64Array;
  readonly certificate: PiecewiseLinearCertificate;
}

/** The share of the objective at the start that the floor of the surrogate may cost. */
const floorShare = 1e-9;

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
 * It starts from factors that are unbalanced over `beta` and `psi`; some 200 iterations give a gap of 1e-8 relative to the
 * objective for lambda down to a hundredth of where every coefficient is zero.
 *
 * @throws InputError unless lambda is positive.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023)
 */
export function liftedVarPro(task: PiecewiseLinearTask): PiecewiseLinearSolution {
  const { problem, isOptimal } = task;
  if (!(problem.lambda > 0)) throw mustBe("liftedVarPro", "lambda", "a positive number", problem.lambda);
  const { terms } = problem;
  const n = problem.design.nSamples;

  const residual = residualOf(problem, task.beta, task.psi);
  const slopes = residual.map((r, i) => (terms.tilt[i] + terms.width[i] * Math.sign(r)) / n);
  let best: Pick<PiecewiseLinearSolution, "beta" | "psi" | "dual"> = {
    beta: task.beta.slice(),
    psi: task.psi.slice(),
    dual: feasibleDual(problem, slopes),
  };
  let certificate = certifyPiecewiseLinear(problem, best.beta, best.psi, best.dual, 0);
  if (isOptimal(certificate)) return { ...best, certificate, status: "converged", nIter: 0, trace: [] };

  const consider = (beta: Float64Array, psi: Float64Array, alpha: Float64Array, misalignment: number) => {
    const dual = feasibleDual(problem, alpha);
    for (const candidate of [
      { beta, psi, dual: best.dual },
      { beta: best.beta, psi: best.psi, dual },
      { beta, psi, dual },
    ]) {
      const found = certifyPiecewiseLinear(
        problem,
        candidate.beta,
        candidate.psi,
        candidate.dual,
        misalignment,
      );
      if (found.dualityGap < certificate.dualityGap) [best, certificate] = [candidate, found];
    }
  };

  const omega = terms.width.map((width) => width / n);
  const surrogate = new LiftedSurrogate(problem, (floorShare * certificate.objective) / squaredNorm(omega));
  const outcome = descend(
    task,
    { objective: surrogate, optimizer: lbfgs(), start: startOf(task, residual) },
    (x) => {
      surrogate.valueAndGradient(x, new Float64Array(x.length));
      const { beta, psi, alpha, factor } = surrogate;
      const cut = Math.sqrt(negligible * squaredNorm(x));
      const misalignment = x.reduce(
        (sum, entry, k) => sum + (Math.abs(entry) - Math.abs(factor[k])) ** 2 / 2,
        0,
      );
      consider(
        beta.map((b, j) => (Math.abs(x[j]) <= cut ? 0 : b)),
        psi.slice(),
        alpha,
        misalignment,
      );
      const vertex = vertexNear(problem, x);
      if (vertex) consider(vertex.beta, vertex.psi, vertex.alpha, misalignment);
      return isOptimal(certificate);
    },
  );
  return { ...best, certificate, ...outcome };
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
