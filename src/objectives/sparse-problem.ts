import type { Datafit } from "../datafits";
import type { DesignMatrix } from "../design/design-matrix";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot } from "../linalg/vector";
import type { Penalty } from "../penalties";
import type { FreeColumns } from "./free-columns";

/**
 * A sparse problem `P(beta, psi) = f(X beta + Q psi) + lambda R(beta)` without its `lambda`.
 *
 * `Q psi` is the unpenalized part: intercept and free columns.
 */
export interface SparseProblem {
  readonly design: DesignMatrix;
  readonly free: FreeColumns;
  readonly target: Float64Array;
  readonly datafit: Datafit;
  readonly penalty: Penalty;
}

/** The datafit at some `beta`, minimised over the unpenalized part. */
export interface Profile {
  /** `min_psi f(X beta + Q psi)` */
  readonly loss: number;
  readonly psi: Float64Array;
  /** `X beta + Q psi` */
  readonly eta: Float64Array;
  /** `df/deta`, orthogonal to `Q` to working precision. */
  readonly residual: Float64Array;
  /** `X' residual`: the gradient of the profiled datafit in `beta`. */
  readonly gradient: Float64Array;
}

/**
 * Minimises the datafit over the unpenalized part by Newton's method with halved steps: one step for squared error,
 * one more to polish it.
 *
 * @param start where to begin, of length `problem.free.size`.
 */
export function profileAt(problem: SparseProblem, beta: Float64Array, start: Float64Array): Profile {
  const { design, free, target, datafit } = problem;
  const linear = new Float64Array(design.nSamples);
  design.matvec(beta, linear);

  const size = free.size;
  let psi = start.slice();
  let eta = linear.slice();
  free.addTo(eta, psi);
  let residual = new Float64Array(design.nSamples);
  let loss = datafit.valueAndGradient(target, eta, residual);

  const slope = new Float64Array(size);
  for (let iteration = 0; iteration < 50 && size > 0; iteration++) {
    free.transpose(residual, slope);
    const step = newtonStep(problem, eta, slope);
    if (step === undefined) break;
    const trialPsi = psi.map((value, k) => value - step[k]);
    const trialEta = linear.slice();
    free.addTo(trialEta, trialPsi);
    const trialResidual = new Float64Array(design.nSamples);
    let trialLoss = datafit.valueAndGradient(target, trialEta, trialResidual);
    for (let halving = 0; halving < 40 && !(trialLoss <= loss); halving++) {
      for (let k = 0; k < size; k++) trialPsi[k] = (trialPsi[k] + psi[k]) / 2;
      trialEta.set(linear);
      free.addTo(trialEta, trialPsi);
      trialLoss = datafit.valueAndGradient(target, trialEta, trialResidual);
    }
    if (!(trialLoss <= loss)) break;
    const settled = loss - trialLoss <= 1e-16 * Math.abs(loss);
    [psi, eta, residual, loss] = [trialPsi, trialEta, trialResidual, trialLoss];
    if (settled) break;
  }

  free.projectOut(residual);
  const gradient = new Float64Array(design.nFeatures);
  design.rmatvec(residual, gradient);
  return { loss, psi, eta, residual, gradient };
}

/** The second derivative of the datafit in each coordinate, `sum_i f''_i x_ij^2`. */
export function columnCurvature(problem: SparseProblem, eta: Float64Array): Float64Array {
  const weights = new Float64Array(eta.length);
  problem.datafit.curvature(problem.target, eta, weights);
  const curvature = new Float64Array(problem.design.nFeatures);
  problem.design.weightedSquaredNorms(weights, curvature);
  return curvature;
}

/** The second derivative `H = d2f/deta2` of the datafit at `eta`, as the map that sets `out = H v`. */
export function hessianAt(
  { datafit, target }: SparseProblem,
  eta: Float64Array,
): (v: Float64Array, out: Float64Array) => void {
  if (datafit.hessianProduct) return (v, out) => datafit.hessianProduct!(target, eta, v, out);
  const weights = new Float64Array(eta.length);
  datafit.curvature(target, eta, weights);
  return (v, out) => {
    for (let i = 0; i < v.length; i++) out[i] = weights[i] * v[i];
  };
}

/** `(Q' H Q)^-1 slope`, or undefined when the curvature vanishes. */
function newtonStep(
  problem: SparseProblem,
  eta: Float64Array,
  slope: Float64Array,
): Float64Array | undefined {
  const { free } = problem;
  const size = free.size;
  const multiply = hessianAt(problem, eta);
  const hessian = new Float64Array(size * size);
  const weighted = new Float64Array(eta.length);
  for (let k = 0; k < size; k++) {
    multiply(free.basis[k], weighted);
    for (let m = k; m < size; m++) hessian[m * size + k] = dot(weighted, free.basis[m]);
  }
  if (!choleskyFactor(hessian, size)) return undefined;
  const step = slope.slice();
  choleskySolve(hessian, size, step);
  return step;
}
