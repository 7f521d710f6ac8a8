/** Takes a vertex of a piecewise linear problem to its optimum by the primal simplex method ({@link simplex}). */
import { NEGLIGIBLE } from "../../linalg/rounding";
import { addScaled } from "../../linalg/vector";
import type { PiecewiseLinearProblem } from "../../problem/piecewise-linear-problem";
import { seededRandom } from "../../random/random";
import { type Basis, type Vertex, vertexAt } from "./vertex";

/** The largest move of a kink, as a share of the median size of kinks. */
const SHIFT = 1e-9;

/** An edge at a vertex. Along it all equations of the vertex's basis hold except one. */
interface Edge {
  /** The amount by which the slope is below zero, as a share of its bound. */
  readonly steepness: number;
  /** `dP/dt < 0` at its start. */
  readonly slope: number;
  /** The sample that leaves its kink, to which side, or the coefficient that leaves zero, with which sign. */
  readonly leaves:
    | { readonly sample: number; readonly side: number }
    | { readonly feature: number; readonly sign: number };
}

/**
 * The primal simplex method: it moves from vertex to vertex along the edge on which the objective falls steepest, past kinks
 * as long as it falls, until no edge leads lower.
 *
 * Where more samples tie on their kink than a basis has, steps of no length would go round in circles. So the kinks are
 * moved by a little first, at random; that a dual point is feasible does not depend on where they are, and the last
 * basis is that of the problem as it was.
 *
 * @param most the largest number of pivots; each takes two products with the design and some with a square matrix of the basis.
 * @returns the last vertex, which is the minimum unless `most` were used up or rounding stood in the way, and the number of pivots.
 */
export function simplex(
  problem: PiecewiseLinearProblem,
  start: Basis,
  most: number,
): (Vertex & { readonly pivots: number }) | undefined {
  const moved = { ...problem, terms: { ...problem.terms, center: apart(problem.terms.center) } };
  // Exchanges change a matrix, which must not be that of the start.
  let basis: Basis = { ...start, matrix: start.matrix?.copyFor(problem) };
  let vertex = vertexAt(moved, basis);
  let pivots = 0;
  for (; vertex !== undefined && pivots < most; pivots++) {
    basis = vertex.basis;
    const edge = steepestEdge(moved, vertex);
    const next = edge && nextBasis(moved, vertex, edge);
    if (next === undefined) break;
    vertex = vertexAt(moved, next);
    // A singular matrix has also been changed.
    basis = vertex?.basis ?? { ...basis, matrix: undefined };
  }
  const last = vertexAt(problem, basis);
  return last && { ...last, pivots };
}

/** Moves kinks apart that tie, by a share of their median size, which outliers do not change. */
function apart(center: Float64Array): Float64Array {
  const sizes = center.map(Math.abs).filter((size) => size > 0);
  const shift = SHIFT * (sizes.sort()[sizes.length >> 1] ?? 1);
  const random = seededRandom(0);
  return center.map((c) => c + shift * (1 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1));
}

function steepestEdge(
  { design, terms, lambda }: PiecewiseLinearProblem,
  { alpha, basis }: Vertex,
): Edge | undefined {
  const n = design.nSamples;
  let best: Edge | undefined;
  const consider = (steepness: number, slope: number, leaves: Edge["leaves"]): void => {
    if (steepness > Math.max(NEGLIGIBLE, best?.steepness ?? 0)) best = { steepness, slope, leaves };
  };
  for (const sample of basis.onKink) {
    // The dual value exceeds the slope on one side of the kink, so the objective falls if the residual moves to that side.
    const beyond = n * alpha[sample] - terms.tilt[sample];
    const excess = Math.abs(beyond) - terms.width[sample];
    consider(excess / terms.width[sample], -excess / n, { sample, side: Math.sign(beyond) });
  }
  const slopes = new Float64Array(design.nFeatures);
  design.rmatvec(alpha, slopes);
  const inBasis = new Set(basis.support);
  slopes.forEach((slope, feature) => {
    if (inBasis.has(feature)) return;
    const excess = Math.abs(slope) - lambda;
    consider(excess / lambda, -excess, { feature, sign: Math.sign(slope) });
  });
  return best;
}

/** The place where an edge crosses a kink of a sample or the zero of a coefficient, and the change of its slope there. */
interface Crossing {
  readonly at: number;
  readonly bend: number;
  readonly sample?: number;
  /** The place in the support. */
  readonly member?: number;
}

/** Returns the basis at the end of an edge, or undefined where it does not end. */
function nextBasis(problem: PiecewiseLinearProblem, vertex: Vertex, edge: Edge): Basis | undefined {
  const { design, terms, lambda } = problem;
  const n = design.nSamples;
  const { basis, residual } = vertex;
  const { support, matrix } = basis;
  const { leaves } = edge;
  const motion = new Float64Array(n);
  if ("feature" in leaves) design.addColumn(leaves.feature, leaves.sign, motion);
  const step = "feature" in leaves ? matrix.stepAgainst(motion) : matrix.stepFrom(leaves.sample, leaves.side);
  matrix.columns.forEach((column, k) => {
    addScaled(step[k], column, motion);
  });
  const ofSupport = step.subarray(step.length - support.length);

  const crossings: Crossing[] = [];
  for (let i = 0; i < n; i++) {
    const side = basis.sides[i];
    if (side === 0 || side * motion[i] <= 0) continue;
    crossings.push({
      at: Math.max(0, residual[i] / motion[i]),
      bend: (2 * terms.width[i] * Math.abs(motion[i])) / n,
      sample: i,
    });
  }
  support.forEach((j, member) => {
    if (basis.signs[member] * ofSupport[member] >= 0) return;
    crossings.push({
      at: Math.max(0, -vertex.beta[j] / ofSupport[member]),
      bend: 2 * lambda * Math.abs(ofSupport[member]),
      member,
    });
  });
  crossings.sort((a, b) => a.at - b.at);

  const sides = Float64Array.from(basis.sides);
  const signs = [...basis.signs];
  let { slope } = edge;
  for (const [k, { bend, sample, member }] of crossings.entries()) {
    slope += bend;
    // The objective is at least 0, so beyond the last crossing it cannot fall, whatever rounding says.
    if (slope < 0 && k < crossings.length - 1) {
      if (sample !== undefined) sides[sample] *= -1;
      if (member !== undefined) signs[member] *= -1;
      continue;
    }
    matrix.exchange({ leaves, arrives: sample === undefined ? { member: member! } : { sample } });
    if ("sample" in leaves) sides[leaves.sample] = leaves.side;
    const entering = "feature" in leaves ? [leaves.sign] : [];
    if (member !== undefined) signs.splice(member, 1, ...entering);
    else signs.push(...entering);
    return { support: [...matrix.support], onKink: [...matrix.onKink], signs, sides, matrix };
  }
  return undefined;
}
