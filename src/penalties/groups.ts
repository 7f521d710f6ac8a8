import { labelCountMismatch, mustBe, weightCountMismatch } from "../errors";
import { positiveWeights } from "./penalty-weights";

/** One label per feature; features with the same label form a group and need not be adjacent. */
export type GroupLabels = ArrayLike<number | string>;

/** A partition of the features, the groups numbered in order of first appearance; penalties share it, so it is not to be changed. */
export interface Groups {
  /** Number of features. */
  readonly nFeatures: number;
  /** Number of groups. */
  readonly nGroups: number;
  /** The label of each group. */
  readonly labels: readonly (number | string)[];
  /** The group of each feature. */
  readonly groupOf: Int32Array;
  /** The features of each group, ascending. */
  readonly members: readonly Int32Array[];
  /** The number of features of each group. */
  readonly sizes: Int32Array;
}

/** Options of everything with one weight a group. */
export interface GroupWeightOptions {
  /** One positive finite weight a group, in order of first appearance. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Groups the features by their labels.
 *
 * @param where who asks, for messages.
 * @param labels one number or string per feature.
 * @throws InputError when there is no label, or one is missing.
 */
export function groupsOf(where: string, labels: GroupLabels): Groups {
  if (!(Array.isArray(labels) || ArrayBuffer.isView(labels)) || labels.length === 0) {
    throw mustBe(where, "groups", "an array with one label per feature", labels);
  }
  if (last && isPartition(last, labels)) return last;
  const numbers = new Map<number | string, number>();
  const members: number[][] = [];
  const groupOf = Int32Array.from(labels, (label, j) => {
    if ((typeof label !== "number" && typeof label !== "string") || Number.isNaN(label)) {
      throw mustBe(where, `groups[${j}]`, "a number or a string", label);
    }
    const g = numbers.get(label) ?? numbers.size;
    if (g === numbers.size) {
      numbers.set(label, g);
      members.push([]);
    }
    members[g].push(j);
    return g;
  });
  last = {
    nFeatures: groupOf.length,
    nGroups: members.length,
    labels: [...numbers.keys()],
    groupOf,
    members: members.map((features) => Int32Array.from(features)),
    sizes: Int32Array.from(members, (features) => features.length),
  };
  return last;
}

/** The last partition: most are asked for again, by parametrization and penalty, one fold or fit after the other. */
let last: Groups | undefined;

/** Whether that is what labels make, also if who was given it has written into its arrays. */
function isPartition(
  { nFeatures, nGroups, labels: names, groupOf, members, sizes }: Groups,
  labels: GroupLabels,
): boolean {
  if (labels.length !== nFeatures) return false;
  const counts = new Int32Array(nGroups);
  for (let j = 0; j < nFeatures; j++) {
    const g = groupOf[j];
    if (labels[j] !== names[g] || members[g][counts[g]++] !== j) return false;
  }
  return counts.every((count, g) => count === sizes[g] && count === members[g].length);
}

/** @throws InputError unless the groups partition `nFeatures` features. */
export function checkFeatureCount(where: string, groups: Groups, nFeatures: number): void {
  if (nFeatures !== groups.nFeatures) throw labelCountMismatch(where, nFeatures, groups.nFeatures);
}

/**
 * One weight a group, as given or all 1.
 *
 * @throws InputError when their number is wrong or one is not positive and finite.
 */
export function groupWeights(where: string, groups: Groups, options: GroupWeightOptions): Float64Array {
  if (options.weights === undefined) return new Float64Array(groups.nGroups).fill(1);
  const weights = positiveWeights(where, options.weights);
  if (weights.length !== groups.nGroups) {
    throw weightCountMismatch(where, `${groups.nGroups} groups`, weights.length);
  }
  return weights;
}

/** Sums of squares below which what underflows might count. */
const smallestSquares = 1e-280;

/** {@link groupNorm} of each group. */
export function normsOf({ nGroups, members }: Groups, vector: Float64Array): Float64Array {
  const sizes = new Float64Array(nGroups);
  for (let g = 0; g < nGroups; g++) {
    const own = members[g];
    let squares = 0;
    let isZero = true;
    for (let k = 0; k < own.length; k++) {
      const entry = vector[own[k]];
      if (entry !== 0) isZero = false;
      squares += entry * entry;
    }
    if (isZero) continue;
    const isSafe = squares > smallestSquares && squares < Number.POSITIVE_INFINITY;
    sizes[g] = isSafe ? Math.sqrt(squares) : groupNorm(vector, own);
  }
  return sizes;
}

/** The Euclidean norm of some entries of a vector, which neither underflows nor overflows on the way. */
export function groupNorm(vector: Float64Array, entries: Int32Array): number {
  const { length } = entries;
  let squares = 0;
  for (let k = 0; k < length; k++) {
    const entry = vector[entries[k]];
    squares += entry * entry;
  }
  if (squares > smallestSquares && squares < Number.POSITIVE_INFINITY) return Math.sqrt(squares);
  let largest = 0;
  for (let k = 0; k < length; k++) largest = Math.max(largest, Math.abs(vector[entries[k]]));
  if (largest === 0) return 0;
  let shares = 0;
  for (const j of entries) shares += (vector[j] / largest) ** 2;
  return largest * Math.sqrt(shares);
}
