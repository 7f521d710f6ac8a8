/** Small problems of groups whose global minima can be searched for set by set, and the penalties to prove them with. */
import {
  type GroupPenalty,
  type GroupWeightOptions,
  groupLq,
  groupMcp,
  groupScad,
  seededRandom,
} from "../../src";
import type { GlmProblem } from "./glm-minimum";
import { type ConcaveTerm, TERMS } from "./global-minimum";

/** A response, features in groups of one to three, and weights of both the rows and the groups. */
export interface GroupProblem {
  readonly X: number[][];
  readonly y: number[];
  readonly labels: number[];
  readonly weights: number[];
  readonly sampleWeight: number[];
  readonly lambda: number;
}

/**
 * Up to eight features, and now and then equal, opposite, dependent and nearly equal columns within groups and between them, equal groups, and
 * fewer rows than features.
 */
export function groupProblem(seed: number): GroupProblem {
  const random = seededRandom(seed);
  const sizes: number[] = [];
  for (let left = 8; left > 0 && sizes.length < 4; left -= sizes[sizes.length - 1]) {
    sizes.push(Math.min(1 + Math.floor(3 * random.uniform()), left));
  }
  const labels = sizes.flatMap((size, g) => new Array<number>(size).fill(g));
  const p = labels.length;
  const n = seed % 7 === 0 ? Math.max(4, p - 1) : p + 6 + Math.floor(20 * random.uniform());
  const X = Array.from({ length: n }, () => {
    const shared = random.normal();
    return Array.from({ length: p }, () => 0.6 * shared + 0.8 * random.normal());
  });
  for (const row of X) {
    if (seed % 3 === 0) row[1] = row[0];
    if (seed % 4 === 0) row[p - 1] = (seed % 8 === 0 ? row[1] : 0) - row[0];
    if (seed % 5 === 0) row[p - 2] = row[p - 1] + 1e-2 * random.normal();
    if (seed % 6 === 0 && sizes[0] === sizes[1])
      for (let i = 0; i < sizes[0]; i++) row[sizes[0] + i] = row[i];
  }
  const coef = labels.map(() => (random.uniform() < 0.5 ? random.normal() : 0));
  return {
    X,
    y: X.map((row) => row.reduce((sum, x, j) => sum + x * coef[j], 1) + random.normal()),
    labels,
    weights: sizes.map((size) => Math.sqrt(size) * (seed % 2 === 0 ? 0.5 + random.uniform() : 1)),
    sampleWeight: X.map(() => (seed % 3 === 1 ? 0.3 + random.uniform() : 1)),
    lambda: 0.03 + 0.4 * random.uniform(),
  };
}

/** The problem with an intercept and without standardization, in words of nothing of the library. */
export function glmOf(
  { X, y, labels, weights, sampleWeight, lambda }: GroupProblem,
  term: (lambda: number) => ConcaveTerm,
  family: GlmProblem["family"] = "gaussian",
): GlmProblem {
  const terms = weights.map((weight) => term(weight * lambda));
  const total = sampleWeight.reduce((a, b) => a + b);
  return {
    family,
    columns: [X.map(() => 1), ...labels.map((_, j) => X.map((row) => row[j]))],
    terms: [undefined, ...labels.map((g) => terms[g])],
    groups: [-1, ...labels],
    y,
    weights: sampleWeight.map((weight) => (weight * y.length) / total),
  };
}

export const GROUP_CASES: readonly {
  readonly name: string;
  readonly penaltyOf: (labels: number[], options: GroupWeightOptions) => GroupPenalty;
  readonly term: (lambda: number) => ConcaveTerm;
}[] = [
  {
    name: "the group bridge of 1/2",
    penaltyOf: (labels, options) => groupLq(labels, { q: 0.5, ...options }),
    term: (lambda) => TERMS.bridge(lambda, 0.5),
  },
  {
    name: "the group bridge of 2/3",
    penaltyOf: (labels, options) => groupLq(labels, { q: 2 / 3, ...options }),
    term: (lambda) => TERMS.bridge(lambda, 2 / 3),
  },
  {
    name: "group MCP",
    penaltyOf: (labels, options) => groupMcp(labels, { gamma: 3, ...options }),
    term: (lambda) => TERMS.mcp(lambda, 3),
  },
  {
    name: "group SCAD",
    penaltyOf: (labels, options) => groupScad(labels, { gamma: 3.7, ...options }),
    term: (lambda) => TERMS.scad(lambda, 3.7),
  },
];
