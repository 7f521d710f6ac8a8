/**
 * The global minimum of `h(b) + sum_j p_j(|b_j|)` within a box ({@link searchGlobally}): equal columns are merged, an incumbent is searched for,
 * first boxes are made, and the tree does the rest on the columns that its root leaves open.
 */
import { dot } from "../linalg/vector";
import type { PenaltyTerms } from "./envelopes";
import { type Boxes, firstBoxes } from "./first-boxes";
import { Incumbent } from "./incumbents";
import type { Loss } from "./loss";
import { type EndReason, type SearchControl, Tree } from "./tree";

/** How many times the largest coefficient found a box reaches that has to be declared. */
const DECLARED_MULTIPLE = 3;

/** The share of columns that has to be gone for the problem to be made anew without them. */
const RESTRICTED = 0.8;

/** The best point of a search, and the bound that is proved. */
export interface GlobalEnd {
  readonly best: Float64Array;
  readonly objective: number;
  readonly lowerBound: number;
  readonly nodes: number;
  readonly reason: EndReason | undefined;
  /** The largest magnitude that was considered, where a box was declared. */
  readonly declared: number | undefined;
}

/**
 * @param start points to start from.
 * @param domain the ends between which the penalty is finite.
 */
export function searchGlobally(
  loss: Loss,
  terms: PenaltyTerms,
  start: readonly Float64Array[],
  domain: { readonly low: Float64Array; readonly high: Float64Array },
  control: SearchControl,
): GlobalEnd {
  const { kept, copies } = distinctColumns(loss, terms, domain);
  const whole = new Incumbent(loss, terms, domain.low, domain.high);
  whole.offer(whole.best);
  for (const point of start) {
    whole.offer(point);
    whole.offer(whole.descend(point.slice(), terms));
  }
  const [ownLoss, ownTerms] = [loss.restrictedTo(kept), terms.restrictedTo(kept)];
  const incumbent = new Incumbent(
    ownLoss,
    ownTerms,
    Float64Array.from(kept, (j) => domain.low[j]),
    Float64Array.from(kept, (j) => domain.high[j]),
  );
  const shouldEnd = (): boolean => control.reasonToEnd() !== undefined;
  incumbent.tryFrom(Float64Array.from(kept, (j) => whole.best[j]));
  incumbent.objective = Math.min(incumbent.objective, whole.objective);
  incumbent.search(shouldEnd);
  const largest = [...whole.best, ...incumbent.best].reduce((most, b) => Math.max(most, Math.abs(b)), 0);
  const declared = DECLARED_MULTIPLE * (largest || 1);
  // The coefficient of a merged column is the sum of as many as it stands for.
  const limits = copies.map((count) => count * declared);
  const boxes = firstBoxes(ownLoss, ownTerms, incumbent.objective, incumbent, limits);
  const least = Float64Array.from(kept, (_, k) => {
    const own = leastMagnitude(ownLoss, ownTerms, k) * (1 - 1e-9);
    // At an end of the domain, or of a box that was declared, a coefficient need not be optimal for all values.
    const { low, high } = boxes.isDeclared ? boxes : incumbent;
    return Math.min(own, ...[high[k], -low[k]].filter((end) => end > 0));
  });
  const end = searchBoxes(ownLoss, ownTerms, boxes, least, incumbent, control);
  const best = new Float64Array(loss.size);
  kept.forEach((j, k) => {
    best[j] = incumbent.best[k];
  });
  whole.offer(best);
  return {
    ...end,
    best: whole.best,
    objective: whole.objective,
    lowerBound: Math.min(end.lowerBound, whole.objective),
    declared: boxes.isDeclared ? declared : undefined,
  };
}

/** The least magnitude of a coefficient in which an objective is minimal alone, 0 where its loss may have any curvature. */
function leastMagnitude(loss: Loss, terms: PenaltyTerms, j: number): number {
  const curvature = loss.largestCurvatures[j];
  return curvature < Number.POSITIVE_INFINITY ? terms.leastMagnitude(j, curvature) : 0;
}

/** Searches within boxes; a root that leaves few columns open is searched as a problem of its own. */
function searchBoxes(
  loss: Loss,
  terms: PenaltyTerms,
  boxes: Boxes,
  least: Float64Array,
  incumbent: Incumbent,
  control: SearchControl,
): Pick<GlobalEnd, "lowerBound" | "nodes" | "reason"> {
  const tree = new Tree(loss, terms, boxes, least, incumbent, control);
  const open = tree.openColumns();
  control.onNode(tree.state);
  if (open.length === 0 || open.length > RESTRICTED * loss.size || control.reasonToEnd()) {
    const reason = tree.search();
    return { lowerBound: tree.lowerBound, nodes: tree.nodes, reason };
  }
  const part = (values: Float64Array): Float64Array => Float64Array.from(open, (j) => values[j]);
  const inner = { low: part(tree.root.low), high: part(tree.root.high), isDeclared: boxes.isDeclared };
  const [ownLoss, ownTerms] = [loss.restrictedTo(open), terms.restrictedTo(open)];
  const own = incumbent.restrictedTo(open, ownLoss, ownTerms);
  const end = searchBoxes(ownLoss, ownTerms, inner, part(least), own, {
    ...control,
    onNode: ({ nodes, lowerBound, objective }) =>
      control.onNode({
        nodes: nodes + tree.nodes,
        lowerBound: Math.min(lowerBound, tree.leftOut, objective),
        objective,
      }),
  });
  if (own.objective < incumbent.objective) {
    const best = new Float64Array(loss.size);
    open.forEach((j, k) => {
      best[j] = own.best[k];
    });
    incumbent.offer(best);
  }
  return {
    lowerBound: Math.min(end.lowerBound, tree.leftOut, incumbent.objective),
    nodes: end.nodes + tree.nodes,
    reason: end.reason,
  };
}

/**
 * Columns that are not zero, and of equal or opposite ones with equal terms and no ends the first: the terms rise ever slower, so that one
 * coefficient costs no more than the same sum in two.
 *
 * @returns the columns, and how many each stands for.
 */
function distinctColumns(
  loss: Loss,
  terms: PenaltyTerms,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
): { readonly kept: Int32Array; readonly copies: Float64Array } {
  const kept: number[] = [];
  const copies = new Float64Array(loss.size).fill(1);
  const bySquare = new Map<number, number[]>();
  for (let j = 0; j < loss.size; j++) {
    const square = dot(loss.columns[j], loss.columns[j]);
    if (!(square > 0)) continue;
    const alike = bySquare.get(square) ?? [];
    const isFree = (k: number): boolean => low[k] === -Infinity && high[k] === Infinity;
    // In two halves a ridge costs less than in one.
    const original = alike.find(
      (k) =>
        isFree(j) &&
        isFree(k) &&
        terms.isConcave(j) &&
        haveEqualTerms(terms, j, k) &&
        areParallel(loss, j, k),
    );
    if (original !== undefined) {
      copies[original]++;
      continue;
    }
    bySquare.set(square, [...alike, j]);
    kept.push(j);
  }
  return { kept: Int32Array.from(kept), copies: Float64Array.from(kept, (j) => copies[j]) };
}

/** A term has one level, which any of its values tells. */
function haveEqualTerms(terms: PenaltyTerms, j: number, k: number): boolean {
  return [0.01, 1, 100].every((t) => terms.value(j, t) === terms.value(k, t));
}

function areParallel({ columns }: Loss, j: number, k: number): boolean {
  const [a, b] = [columns[j], columns[k]];
  return a.every((entry, i) => entry === b[i]) || a.every((entry, i) => entry === -b[i]);
}
