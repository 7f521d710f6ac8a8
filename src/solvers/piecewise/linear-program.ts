/**
 * Fits sparse problems whose loss consists of linear pieces and whose penalty is a lasso, exactly: the solver {@link linearProgram} and
 * the null model of such a problem, {@link nullProgram}.
 */
import type { PiecewiseLinearTerms } from "../../datafits";
import { DenseBlock } from "../../design/dense-block";
import { DenseDesign } from "../../design/dense-design";
import { columnOf, type DesignMatrix } from "../../design/design-matrix";
import { InternalError } from "../../errors";
import { ROUNDING } from "../../linalg/rounding";
import { maxAbs, squaredNorm, supportOf } from "../../linalg/vector";
import type { Certificate } from "../../problem/certificate";
import {
  certifyPiecewiseLinear,
  feasibleDual,
  type PiecewiseLinearCertificate,
  type PiecewiseLinearProblem,
  residualOf,
} from "../../problem/piecewise-linear-problem";
import type { Profile, SparseProblem } from "../../problem/problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import type { Solution, Solver, SolverTask, TraceRow } from "../solver";
import { liftedVarPro } from "./lifted-var-pro";
import { simplex } from "./simplex";
import { type Basis, basisNear, type Vertex } from "./vertex";

/** The number of pivots from one certificate, at which a run can be interrupted, to the next. */
const PIVOTS = 50;

/** Coefficients of a program, those of its free columns, a feasible point of its dual, and what they certify. */
interface CertifiedPoint {
  readonly beta: Float64Array;
  readonly psi: Float64Array;
  readonly dual: Float64Array;
  readonly certificate: PiecewiseLinearCertificate;
}

/**
 * The simplex method along the path: from the vertex of the lambda before, or else from that of the null model, whose coefficients it
 * takes out of zero one by one; `liftedVarPro` where rounding leaves a gap. Without a penalty all columns are free. An iteration is a
 * pivot.
 */
export const linearProgram: Solver = {
  name: "linearProgram",
  solve(task) {
    const { problem, lambda } = task;
    const rows = countedRows(problem);
    if (lambda === 0) return unpenalized(problem, rows, task.isOptimal);
    const program = { ...rows, lambda };
    const start = nullVertex(problem);
    const state = task.warmStart.stateOf(linearProgram, problem, () => ({ basis: start.basis }));
    const trace: TraceRow[] = [];
    let nIter = 0;
    let best = pointAt(program, { ...start, alpha: start.dual });
    const isDone = (): boolean => task.isOptimal(certificateOf(program, best));
    const mayGoOn = (): boolean => !isDone() && nIter < task.maxIter && !task.signal?.aborted;
    while (mayGoOn()) {
      const most = Math.min(PIVOTS, task.maxIter - nIter);
      const vertex = simplex(program, state.basis, most);
      if (vertex === undefined) break;
      state.basis = vertex.basis;
      nIter += vertex.pivots;
      best = betterOf(program, best, pointAt(program, vertex));
      const { objective, violation, dualityGap } = certificateOf(program, best);
      trace.push({ iteration: nIter, objective, stationarity: violation, dualityGap, method: "simplex" });
      task.onIteration?.(nIter);
      if (vertex.pivots < most) break;
    }
    if (mayGoOn()) {
      const isOptimal = (certificate: PiecewiseLinearCertificate): boolean =>
        task.isOptimal({ ...certificate, violation: 0, singleCoordinateGain: 0 });
      const { beta, psi } = best;
      const rest = { ...task, problem: program, beta, psi, maxIter: task.maxIter - nIter, isOptimal };
      const end = liftedVarPro(rest);
      best = betterOf(program, best, end);
      trace.push(...end.trace.map((row) => ({ ...row, iteration: nIter + row.iteration })));
      nIter += end.nIter;
    }
    const unmet = nIter >= task.maxIter ? "max-iter" : "stalled";
    const status = isDone() ? "converged" : task.signal?.aborted ? "interrupted" : unmet;
    return { ...solutionAt(problem, rows, program, best), status, nIter, trace };
  },
};

/** The model without penalized columns, and the smallest lambda at which it is optimal. */
export interface NullProgram {
  readonly profile: Profile;
  readonly lambdaMax: number;
  /** The typical size of a coefficient: one that explains the kinks by a column of average length. */
  readonly magnitude: number;
}

/**
 * The null model of a problem, and lambdaMax.
 *
 * At lambdaMax zeros are optimal: a dual point of the null model has `|x_j'u| <= lambdaMax` for all columns. Where no more samples lie on
 * their kink than there are free columns that point is unique, and `max_j |x_j'u|` is lambdaMax. Else, as where the null model of a
 * support vector machine has all samples of the larger class on it, `lambdaMax = max_beta (f(0) - f(beta)) / ||beta||_1` is the end of
 * Dinkelbach's iteration, each of whose steps is a linear program; there are few, since the steps end at kinks of the optimal value.
 *
 * @see Dinkelbach, On nonlinear fractional programming (1967)
 */
export function nullProgram(problem: SparseProblem): NullProgram {
  const rows = countedRows(problem);
  const vertex = nullVertex(problem);
  const { design, terms } = rows;
  const squares = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(new Float64Array(design.nSamples).fill(1), squares);
  const average = squares.reduce((sum, square) => sum + square / squares.length, 0);
  return {
    profile: profileAt(problem, rows, vertex),
    lambdaMax: lambdaMaxOf(rows, vertex, squares),
    magnitude: Math.sqrt(squaredNorm(terms.center) / average) || 1,
  };
}

/** @param squares the squared norm of each column. */
function lambdaMaxOf(
  rows: CountedRows,
  { basis, beta: none, psi, dual, certificate }: NullVertex,
  squares: Float64Array,
): number {
  const { design, free, terms } = rows;
  const steepest = (u: Float64Array): number => {
    const slopes = new Float64Array(design.nFeatures);
    design.rmatvec(u, slopes);
    // Below rounding the cosine between a column and the dual point is noise: a copy of a free column has no slope.
    const least = ROUNDING * Math.sqrt(squaredNorm(u));
    return maxAbs(slopes.map((slope, j) => (Math.abs(slope) > least * Math.sqrt(squares[j]) ? slope : 0)));
  };
  let upper = steepest(dual);
  const kink = 1e-12 * maxAbs(terms.center);
  const residual = residualOf({ ...rows, lambda: 1 }, none, psi);
  if (upper === 0 || residual.filter((r) => Math.abs(r) <= kink).length === free.size) return upper;
  const least = ROUNDING * upper;
  let last = basis;
  let isReached = false;
  for (let lambda = upper / 2; lambda > least; ) {
    const program = { ...rows, lambda };
    const vertex = simplex(program, last, mostPivots(rows));
    if (vertex === undefined) return upper;
    last = vertex.basis;
    const point = pointAt(program, vertex);
    const norm = point.beta.reduce((sum, b) => sum + Math.abs(b), 0);
    const ratio = (certificate.objective - (point.certificate.objective - lambda * norm)) / norm;
    if (norm > 0 && ratio > lambda * (1 + ROUNDING)) {
      isReached = true; // lambdaMax is at least that ratio
      lambda = ratio;
    } else if (norm > 0 || isReached) return lambda;
    else {
      upper = Math.min(lambda, steepest(point.dual));
      lambda = upper / 2;
    }
  }
  return 0;
}

/** The rows of a problem that have a weight, as linear programs see them. */
interface CountedRows {
  readonly design: DesignMatrix;
  readonly free: UnpenalizedColumns;
  /** The slopes, scaled so that a mean over these rows is the mean over all rows. */
  readonly terms: PiecewiseLinearTerms;
  /** Their places; undefined where all rows have a weight. */
  readonly places: Int32Array | undefined;
}

const counted = new WeakMap<SparseProblem, CountedRows>();

function countedRows(problem: SparseProblem): CountedRows {
  const known = counted.get(problem);
  if (known) return known;
  const { design, free, datafit, target } = problem;
  const terms = datafit.terms?.(target);
  if (terms === undefined)
    throw new InternalError(`linearProgram: the loss ${datafit.name} is not piecewise linear`);
  const rows = terms.width.includes(0)
    ? rowsOf(design, free, terms, supportOf(terms.width))
    : { design, free, terms, places: undefined };
  counted.set(problem, rows);
  return rows;
}

function rowsOf(
  design: DesignMatrix,
  free: UnpenalizedColumns,
  { center, tilt, width }: PiecewiseLinearTerms,
  places: Int32Array,
): CountedRows {
  const at = (column: Float64Array, scale = 1): Float64Array =>
    Float64Array.from(places, (i) => scale * column[i]);
  const block = new DenseBlock(places.length, design.nFeatures);
  for (let j = 0; j < design.nFeatures; j++) block.values.set(at(columnOf(design, j)), j * places.length);
  const share = places.length / design.nSamples;
  return {
    design: new DenseDesign(block, design.featureNames),
    free: new UnpenalizedColumns(
      places.length,
      free.basis.map((column) => at(column)),
    ),
    terms: { center: at(center), tilt: at(tilt, share), width: at(width, share) },
    places,
  };
}

/** The vertex at which the null model ended, a certified point of its program. */
interface NullVertex extends CertifiedPoint {
  readonly basis: Basis;
}

const nullVertices = new WeakMap<CountedRows, NullVertex>();

function nullVertex(problem: SparseProblem): NullVertex {
  const rows = countedRows(problem);
  const known = nullVertices.get(rows);
  if (known) return known;
  const { basis, point } = withoutPenalty(rows, rows.free);
  const vertex = { ...point, beta: new Float64Array(problem.design.nFeatures), basis };
  nullVertices.set(rows, vertex);
  return vertex;
}

/** The minimum over free columns alone. */
function withoutPenalty(
  rows: CountedRows,
  free: UnpenalizedColumns,
): { readonly basis: Basis; readonly point: CertifiedPoint } {
  const nothing = new Float64Array(0);
  const design = rows.design.standardizedColumns(new Int32Array(0), nothing, nothing);
  const program = { design, free, terms: rows.terms, lambda: 1 };
  const start = basisNear(program, new Float64Array(design.nSamples));
  const vertex = simplex(program, start, mostPivots(rows));
  if (vertex === undefined)
    throw new InternalError("linearProgram: the basis of free columns must be regular");
  return { basis: vertex.basis, point: pointAt(program, vertex) };
}

/** A number of pivots that no program needs. Without such a limit a run that cycles would not end. */
function mostPivots({ design }: CountedRows): number {
  return 1000 + 100 * (design.nSamples + design.nFeatures);
}

/** The solution without a penalty; columns that depend linearly on earlier ones get the coefficient 0. */
function unpenalized(
  problem: SparseProblem,
  rows: CountedRows,
  isOptimal: SolverTask["isOptimal"],
): Solution {
  const { design, free } = rows;
  const members = Array.from({ length: design.nFeatures }, (_, j) => j).filter(
    (j) => design.largestEntry(j) > 0,
  );
  const columns = [...free.basis, ...members.map((j) => columnOf(design, j))];
  const all = new UnpenalizedColumns(design.nSamples, columns);
  const { point } = withoutPenalty(rows, all);
  const coefficients = all.coefficients(point.psi, columns.length);
  const beta = new Float64Array(design.nFeatures);
  members.forEach((j, k) => {
    beta[j] = coefficients[free.size + k];
  });
  const psi = coefficients.slice(0, free.size);
  const solution = solutionAt(problem, rows, { ...rows, lambda: 0 }, { ...point, beta, psi });
  const status = isOptimal(solution.certificate) ? "converged" : "stalled";
  return { ...solution, status, nIter: 1, trace: [] };
}

function pointAt(
  program: PiecewiseLinearProblem,
  { beta, psi, alpha }: Pick<Vertex, "beta" | "psi" | "alpha">,
): CertifiedPoint {
  const dual = feasibleDual(program, alpha);
  return { beta, psi, dual, certificate: certifyPiecewiseLinear(program, beta, psi, dual, 0) };
}

/**
 * Returns the best combination of the primal part of one of two points with the dual part of one of them, by the smallest gap. If gaps are
 * equal, the first point wins.
 */
function betterOf(program: PiecewiseLinearProblem, a: CertifiedPoint, b: CertifiedPoint): CertifiedPoint {
  const joined = ({ beta, psi }: CertifiedPoint, { dual }: CertifiedPoint): CertifiedPoint => {
    return { beta, psi, dual, certificate: certifyPiecewiseLinear(program, beta, psi, dual, 0) };
  };
  const smallest = (best: CertifiedPoint, next: CertifiedPoint): CertifiedPoint => {
    const { dualityGap, objective } = best.certificate;
    return next.certificate.dualityGap < dualityGap - ROUNDING * objective ? next : best;
  };
  return [joined(a, b), b, joined(b, a)].reduce(smallest, a);
}

/** The solution at a point of a program. */
function solutionAt(
  problem: SparseProblem,
  rows: CountedRows,
  program: PiecewiseLinearProblem,
  point: CertifiedPoint,
): Pick<Solution, "beta" | "profile" | "certificate"> {
  return {
    beta: point.beta,
    profile: profileAt(problem, rows, point),
    certificate: certificateOf(program, point),
  };
}

/** The certificate of a point, with the distance of its dual point from balance. */
function certificateOf(
  { design, lambda }: PiecewiseLinearProblem,
  { beta, dual, certificate }: CertifiedPoint,
): Certificate {
  const slopes = new Float64Array(design.nFeatures);
  design.rmatvec(dual, slopes);
  let violation = 0;
  slopes.forEach((slope, j) => {
    const excess = beta[j] === 0 ? Math.abs(slope) - lambda : Math.abs(slope - lambda * Math.sign(beta[j]));
    violation = Math.max(violation, excess);
  });
  const dualityGap = Math.max(0, certificate.dualityGap); // below it is rounding
  return { ...certificate, dualityGap, violation, singleCoordinateGain: 0 };
}

/** The loss at a point, whose dual part is its slope. */
function profileAt(
  { design, free, datafit, target }: SparseProblem,
  rows: CountedRows,
  point: CertifiedPoint,
): Profile {
  const psi = rows.places ? rows.free.coefficients(point.psi, free.size) : point.psi;
  const eta = new Float64Array(design.nSamples);
  design.matvec(point.beta, eta);
  free.addTo(eta, psi);
  const residual = new Float64Array(eta.length);
  const loss = datafit.valueAndGradient(target, eta, residual);
  residual.fill(0);
  point.dual.forEach((u, k) => {
    residual[rows.places?.[k] ?? k] = -u;
  });
  const gradient = new Float64Array(design.nFeatures);
  design.rmatvec(residual, gradient);
  return { loss, psi, eta, residual, gradient };
}
