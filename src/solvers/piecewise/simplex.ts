/** Takes a vertex of a piecewise linear problem to its optimum by the primal simplex method ({@link simplex}). */
import { luSolve } from "../../linalg/lu";
import { type PiecewiseLinearProblem, residualOf } from "../../problem/piecewise-linear-problem";
import { seededRandom } from "../../random/random";
import { type Basis, type Vertex, vertexAt } from "./vertex";

/** The largest move of a kink, as a share of the median size of kinks. */
const SHIFT = 1e-9;

/** The share of its bound by which a slope must exceed it to be more than rounding. */
const ROUNDING = 1e-10;

/** An edge of a vertex, along which all equations of its basis hold but one. */
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
 * @param most the largest number of pivots; each factors a matrix of as many rows as a basis has samples on their kink.
 * @returns the last vertex, which is the minimum unless `most` were used up or rounding stood in the way, and the number of pivots.
 */
export function simplex(
  problem: PiecewiseLinearProblem,
  start: Basis,
  most: number,
): (Vertex & { readonly pivots: number }) | undefined {
  const moved = { ...problem, terms: { ...problem.terms, center: apart(problem.terms.center) } };
  let vertex = vertexAt(moved, start);
  let pivots = 0;
  for (; vertex !== undefined && pivots < most; pivots++) {
    const edge = steepestEdge(moved, vertex);
    const basis = edge && nextBasis(moved, vertex, edge);
    const next = basis && vertexAt(moved, basis);
    if (next === undefined) break;
    vertex = next;
  }
  const last = vertex && vertexAt(problem, vertex.basis);
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
    if (steepness > Math.max(ROUNDING, best?.steepness ?? 0)) best = { steepness, slope, leaves };
  };
  for (const sample of basis.onKink) {
    // Beyond the slope to one side of the kink: the objective falls where the residual goes there.
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
  const { basis, columns, factor } = vertex;
  const { support, onKink } = basis;
  const { leaves } = edge;
  const entering = new Float64Array(n);
  if ("feature" in leaves) design.addColumn(leaves.feature, leaves.sign, entering);
  // On their kink all samples stay, but the one that leaves.
  const step = luSolve(
    factor,
    Float64Array.from(onKink, (i) =>
      "sample" in leaves && i === leaves.sample ? -leaves.side : -entering[i],
    ),
  );
  const motion = entering;
  columns.forEach((column, k) => {
    for (let i = 0; i < n; i++) motion[i] += step[k] * column[i];
  });

  const crossings: Crossing[] = [];
  const residual = residualOf(problem, vertex.beta, vertex.psi);
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
    if (basis.signs[member] * step[member] >= 0) return;
    crossings.push({
      at: Math.max(0, -vertex.beta[j] / step[member]),
      bend: 2 * lambda * Math.abs(step[member]),
      member,
    });
  });
  crossings.sort((a, b) => a.at - b.at);

  const sides = Float64Array.from(basis.sides);
  const signs = [...basis.signs];
  let { slope } = edge;
  for (const { bend, sample, member } of crossings) {
    slope += bend;
    if (slope < 0) {
      if (sample !== undefined) sides[sample] *= -1;
      if (member !== undefined) signs[member] *= -1;
      continue;
    }
    const kept = support.map((_, k) => k).filter((k) => k !== member);
    const next = { support: kept.map((k) => support[k]), signs: kept.map((k) => signs[k]) };
    let kinks = [...onKink];
    if ("sample" in leaves) {
      kinks = kinks.filter((i) => i !== leaves.sample);
      sides[leaves.sample] = leaves.side;
    } else {
      next.support.push(leaves.feature);
      next.signs.push(leaves.sign);
    }
    if (sample !== undefined) kinks.push(sample);
    return { ...next, onKink: kinks, sides };
  }
  return undefined;
}
