/**
 * Variable projection on the lifted surrogate of a piecewise linear problem. The main export is the solver
 * {@link liftedVarPro}.
 */
import { mustBe } from "../../errors";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { squaredNorm } from "../../linalg/vector";
import { lbfgs } from "../../optimizers";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearCertificate,
  type PiecewiseLinearProblem,
  residualOf,
} from "../../problem/piecewise-linear-problem";
import { candidateInterval, type Method, type Run, runLoop, type Step } from "../loop";
import type { FitStatus, Solution, SolverTask, TraceRow } from "../solver";
import { OptimizerRun } from "../surrogate/surrogate-descent";
import { LiftedSurrogate } from "./lifted-surrogate";
import { simplex } from "./simplex";
import { basisNear } from "./vertex";

/** A {@link SolverTask} of a piecewise linear problem, for {@link liftedVarPro}. */
export interface PiecewiseLinearTask
  extends Pick<SolverTask, "beta" | "psi" | "magnitude" | "maxIter" | "signal" | "onIteration"> {
  /** The design, the loss with its kinks, and lambda. */
  readonly problem: PiecewiseLinearProblem;
  /** Whether a certified point is good enough to stop. */
  readonly isOptimal: (certificate: PiecewiseLinearCertificate) => boolean;
}

/** The best point found and the dual point that certifies it. A vertex has exact zeros. */
export interface PiecewiseLinearSolution extends Pick<Solution, "beta" | "status" | "nIter" | "trace"> {
  /** The free part of the predictor, in the basis of `problem.free`. */
  readonly psi: Float64Array;
  /** Feasible for the dual linear program, one entry a sample. */
  readonly dual: Float64Array;
  /** How far from optimal it is at most. */
  readonly certificate: PiecewiseLinearCertificate;
}

/** The largest share of the objective at the start that the floor of the surrogate may cost. */
const floorShare = 1e-7;

/** The number of consecutive certificates that may fail to halve the gap. */
const patience = 20;

/** The largest number of pivots for one certificate, however cheap they are. */
const mostPivots = 1000;

/**
 * Minimises `f(X beta + Q psi) + lambda ||beta||_1` for a piecewise linear `f` exactly, by smooth optimization.
 *
 * Loss and penalty are both lifted, `|r| = min { (s^2 + t^2) / 2 : s t = r }`, one factor of each is eliminated in closed
 * form, and `lbfgs` minimises the smooth rest. Each certificate, every ten iterations, looks at the point itself, with
 * negligible coefficients set to zero, and at the vertex that `simplex` comes to from the basis it points to; the best
 * primal and the best dual point found so far give the gap, whether they belong together or not. An evaluation factors a
 * matrix of `n` rows, a step from vertex to vertex one of as many rows as there are coefficients in the basis.
 *
 * It starts from factors that are unbalanced over `beta` and `psi`. Descent brings the basis near, steps end exactly:
 * within 100 iterations the gap is rounding for lambda down to a thousandth of where every coefficient is zero, also
 * where most samples tie.
 *
 * @throws InputError unless lambda is positive.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023)
 */
export function liftedVarPro(task: PiecewiseLinearTask): PiecewiseLinearSolution {
  const { lambda } = task.problem;
  if (!(lambda > 0)) throw mustBe("liftedVarPro", "lambda", "a positive number", lambda);
  const meetsGoal = ({ certificate }: CertifiedPair): boolean => task.isOptimal(certificate);
  return runLoop(task, new LiftedDescent(task), {
    meetsGoal,
    isStationary: () => false,
    better: (_, pair) => pair, // which holds the best primal and the best dual point
    isUnbounded: () => false,
  });
}

/** A primal and a dual point, with the gap between them. */
type CertifiedPair = Omit<PiecewiseLinearSolution, "status" | "nIter" | "trace">;

/** The descent of the lifted surrogate; it begins when the start does not meet the goal. */
class LiftedDescent implements Method<CertifiedPair> {
  readonly name = "liftedVarPro";
  readonly start: CertifiedPair;
  readonly candidateInterval = candidateInterval;
  readonly startsElsewhere = true;
  /** Progress halves the gap. */
  readonly stopping = {
    patience,
    isProgress: ({ best }: { readonly best: CertifiedPair }): boolean => {
      const { dualityGap } = best.certificate;
      const isHalved = dualityGap <= this.#goal;
      if (isHalved) this.#goal = dualityGap / 2;
      return isHalved;
    },
  };
  readonly #task: PiecewiseLinearTask;
  readonly #residual: Float64Array;
  readonly #best: BestPair;
  #goal: number;
  #begun: { readonly surrogate: LiftedSurrogate; readonly run: OptimizerRun } | undefined;

  constructor(task: PiecewiseLinearTask) {
    const { problem, beta, psi } = task;
    this.#task = task;
    this.#residual = residualOf(problem, beta, psi);
    this.#best = new BestPair(problem, beta, psi, this.#residual);
    this.start = this.#best.pair;
    this.#goal = this.#best.certificate.dualityGap / 2;
  }

  get nIter(): number {
    return this.#begun?.run.nIter ?? 0;
  }

  state(): Pick<TraceRow, "objective" | "stationarity"> {
    return this.#begin().run.state();
  }

  iterate(): Step {
    return this.#begin().run.iterate();
  }

  candidate(): CertifiedPair {
    const { surrogate, run } = this.#begin();
    this.#best.look(surrogate, run.x);
    return this.#best.pair;
  }

  /** Certifies the last point once more, because the best dual point found from it may also give a small gap with its primal point. */
  finish(status: FitStatus, { nIter }: Run<CertifiedPair>): CertifiedPair | undefined {
    const isRegular = status !== "stalled" && nIter % candidateInterval === 0;
    return isRegular ? this.candidate() : undefined;
  }

  #begin(): { readonly surrogate: LiftedSurrogate; readonly run: OptimizerRun } {
    if (!this.#begun) {
      const { problem } = this.#task;
      const width = squaredNorm(problem.terms.width) / this.#residual.length ** 2;
      const floor = (floorShare * this.start.certificate.objective) / width;
      const surrogate = new LiftedSurrogate(problem, floor);
      const start = startOf(this.#task, this.#residual);
      const run = new OptimizerRun(this.#task, { objective: surrogate, optimizer: lbfgs(), start });
      this.#begun = { surrogate, run };
    }
    return this.#begun;
  }
}

/** The best primal and the best dual point so far, with the gap between them. */
class BestPair {
  beta: Float64Array;
  psi: Float64Array;
  dual: Float64Array;
  certificate: PiecewiseLinearCertificate;
  readonly #problem: PiecewiseLinearProblem;

  /** Starts with some coefficients and the slopes of the loss at these. */
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

  get pair(): CertifiedPair {
    const { beta, psi, dual, certificate } = this;
    return { beta, psi, dual, certificate };
  }

  /** Considers the coefficients that a point of the surrogate stands for, and the vertex near it. */
  look(surrogate: LiftedSurrogate, x: Float64Array): void {
    surrogate.valueAndGradient(x, new Float64Array(x.length));
    const { beta, psi, alpha, factor } = surrogate;
    const cut = Math.sqrt(NEGLIGIBLE * squaredNorm(x));
    const sparse = beta.map((b, j) => (Math.abs(x[j]) <= cut ? 0 : b));
    const unlike = x.map((entry, k) => Math.abs(entry) - Math.abs(factor[k]));
    const misalignment = squaredNorm(unlike) / 2;
    this.#consider(sparse, psi.slice(), alpha, misalignment);
    const basis = basisNear(this.#problem, x);
    // Pivots may take as long as the iterations between two certificates.
    const cheaper = (alpha.length / Math.max(1, basis.onKink.length)) ** 3;
    const vertex = simplex(this.#problem, basis, Math.min(candidateInterval * cheaper, mostPivots));
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
