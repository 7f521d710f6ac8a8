/**
 * The global minimum of `h(b) + sum_j p_j(|b_j|)`, or of `h(b) + sum_g p_g(||b_g||)`, within a box ({@link searchGlobally}): equal columns are merged, an incumbent is searched for,
 * first boxes are made, and the tree does the rest on the columns that its root leaves open.
 */
import { dot } from "../linalg/vector";
import { type Blocks, columnsOf, largestEigenvalue, type Objective, restrictedTo } from "./blocks";
import { Relaxation } from "./bound";
import type { PenaltyTerms } from "./envelopes";
import { type Boxes, firstBoxes, firstNorms } from "./first-boxes";
import { GroupIncumbent } from "./group-incumbent";
import { GroupRelaxation } from "./group-relaxation";
import { Incumbent } from "./incumbents";
import type { Loss } from "./loss";
import { QuadraticLoss } from "./quadratic-loss";
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
  objective: Objective,
  start: readonly Float64Array[],
  domain: { readonly low: Float64Array; readonly high: Float64Array },
  control: SearchControl,
): GlobalEnd {
  const { loss, terms, blocks } = objective;
  const { kept, copies } = distinctTerms(objective, domain);
  const whole = incumbentOf(objective, domain.low, domain.high);
  for (const point of start) {
    whole.offer(point);
    whole.offer(whole.descend(point.slice(), terms));
  }
  const own = restrictedTo(objective, kept);
  const columns = columnsOf(blocks, kept);
  const part = (values: Float64Array): Float64Array => Float64Array.from(columns, (j) => values[j]);
  const incumbent = incumbentOf(own, part(domain.low), part(domain.high));
  const shouldEnd = (): boolean => control.reasonToEnd() !== undefined;
  incumbent.tryFrom(part(whole.best));
  incumbent.objective = Math.min(incumbent.objective, whole.objective);
  incumbent.search(shouldEnd);
  const largest = [...whole.best, ...incumbent.best].reduce((most, b) => Math.max(most, Math.abs(b)), 0);
  const declared = DECLARED_MULTIPLE * (largest || 1);
  // The coefficient of a merged column is the sum of as many as it stands for; a norm is at most the sum of its coefficients.
  const limits = copies.map((count, k) => count * declared * (own.blocks?.[k].length ?? 1));
  const boxes = isOfGroups(own)
    ? firstNorms(own, incumbent.objective, limits)
    : firstBoxes(own.loss, own.terms, incumbent.objective, incumbent, limits);
  const least = Float64Array.from(kept, (_, k) => {
    const magnitude = leastMagnitude(own, k) * (1 - 1e-9);
    // At an end of the domain, or of a box that was declared, a coefficient need not be optimal for all values.
    const { low, high } = boxes.isDeclared || own.blocks ? boxes : incumbent;
    return Math.min(magnitude, ...[high[k], -low[k]].filter((end) => end > 0));
  });
  const end = searchBoxes(own, boxes, least, incumbent, control);
  const best = new Float64Array(loss.size);
  columns.forEach((j, k) => {
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

function isOfGroups(objective: Objective): objective is Objective & { readonly blocks: Blocks } {
  return objective.blocks !== undefined;
}

/** An incumbent at zero. */
function incumbentOf(objective: Objective, low: Float64Array, high: Float64Array): Incumbent {
  const zero = new Float64Array(objective.loss.size);
  const incumbent = isOfGroups(objective)
    ? new GroupIncumbent(objective, low, high, zero)
    : new Incumbent(objective, low, high, zero);
  incumbent.offer(zero);
  return incumbent;
}

/** The least magnitude of a coefficient, or a norm, in which an objective is minimal alone, 0 where its loss may have any curvature. */
function leastMagnitude({ loss, terms, blocks }: Objective, j: number): number {
  const members = blocks?.[j] ?? Int32Array.of(j);
  const trace = members.reduce((sum, k) => sum + loss.largestCurvatures[k], 0);
  const curvature =
    loss instanceof QuadraticLoss && members.length > 1
      ? largestEigenvalue(members, (k) => loss.gram(k))
      : trace;
  return curvature < Number.POSITIVE_INFINITY ? terms.leastMagnitude(j, curvature) : 0;
}

/** Searches within boxes; a root that leaves few terms open is searched as a problem of its own. */
function searchBoxes(
  objective: Objective,
  boxes: Boxes,
  least: Float64Array,
  incumbent: Incumbent,
  control: SearchControl,
): Pick<GlobalEnd, "lowerBound" | "nodes" | "reason"> {
  const { low, high } = boxes;
  const node = isOfGroups(objective)
    ? new GroupRelaxation(objective, low, high, least)
    : new Relaxation(objective.loss, objective.terms, low, high, least);
  const tree = new Tree(node, boxes, incumbent, control);
  const open = tree.openTerms();
  control.onNode(tree.state);
  if (open.length === 0 || open.length > RESTRICTED * low.length || control.reasonToEnd()) {
    const reason = tree.search();
    return { lowerBound: tree.lowerBound, nodes: tree.nodes, reason };
  }
  const part = (values: Float64Array, places: Int32Array): Float64Array =>
    Float64Array.from(places, (j) => values[j]);
  const inner = {
    low: part(tree.root.low, open),
    high: part(tree.root.high, open),
    isDeclared: boxes.isDeclared,
  };
  const columns = columnsOf(objective.blocks, open);
  const own = incumbentOf(
    restrictedTo(objective, open),
    part(incumbent.low, columns),
    part(incumbent.high, columns),
  );
  own.best = part(incumbent.best, columns);
  own.objective = incumbent.objective;
  const end = searchBoxes(restrictedTo(objective, open), inner, part(least, open), own, {
    ...control,
    onNode: ({ nodes, lowerBound, objective: best }) =>
      control.onNode({
        nodes: nodes + tree.nodes,
        lowerBound: Math.min(lowerBound, tree.leftOut, best),
        objective: best,
      }),
  });
  if (own.objective < incumbent.objective) {
    const best = new Float64Array(objective.loss.size);
    columns.forEach((j, k) => {
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
 * Terms of columns that are not all zero, and of those with equal or opposite columns, equal terms and no ends the first: the terms rise ever slower,
 * so that one coefficient costs no more than the same sum in two, nor does a group.
 *
 * @returns the terms, and how many each stands for.
 */
function distinctTerms(
  { loss, terms, blocks }: Objective,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
): { readonly kept: Int32Array; readonly copies: Float64Array } {
  const kept: number[] = [];
  const count = blocks?.length ?? loss.size;
  const copies = new Float64Array(count).fill(1);
  const bySquare = new Map<number, number[]>();
  const membersOf = (j: number): Int32Array => blocks?.[j] ?? Int32Array.of(j);
  const isFree = (j: number): boolean =>
    membersOf(j).every((k) => low[k] === -Infinity && high[k] === Infinity);
  for (let j = 0; j < count; j++) {
    const members = membersOf(j);
    const square = members.reduce((sum, k) => sum + dot(loss.columns[k], loss.columns[k]), 0);
    if (!(square > 0)) continue;
    const alike = bySquare.get(square) ?? [];
    // In two halves a ridge costs less than in one.
    const original = alike.find((k) => {
      const others = membersOf(k);
      return (
        isFree(j) &&
        isFree(k) &&
        terms.isConcave(j) &&
        haveEqualTerms(terms, j, k) &&
        members.length === others.length &&
        members.every((own, i) => areParallel(loss, own, others[i]))
      );
    });
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
