import {
  arctan,
  type Bound,
  bounded,
  type ConcaveFunction,
  concavePenalty,
  elasticNet,
  l0,
  l1,
  laplace,
  logSum,
  lq,
  mcp,
  nonNegative,
  nuclear,
  type Penalty,
  type SeparablePenalty,
  scad,
  schatten,
  selo,
  transformedL1,
  type WeightOptions,
} from "../../src/penalties";
import { groupMembers } from "./group-penalties";

/** A penalty to which the laws apply. */
export interface PenaltyMember {
  readonly name: string;
  readonly penalty: Penalty;
  /** Number of coefficients. */
  readonly size: number;
  /** Between what each coefficient has a finite penalty; everywhere unless given. */
  readonly domain?: (j: number) => readonly [low: number, high: number];
}

/** A penalty to which the laws of coordinates apply too; of 4 coordinates. */
export interface SeparableMember extends PenaltyMember {
  readonly penalty: SeparablePenalty;
  /** Magnitudes at which a slope or a curvature jumps, at a level `lambda w`. */
  readonly knots?: (level: number) => readonly number[];
}

/** Weights of the members called weighted. */
export const memberWeights: readonly number[] = [1, 0.25, 3, 1e-2];

const weights = memberWeights;
const oneSided = { domain: () => [0, Infinity] as const };
const pair: Bound = [-0.7, 1.5];
const clamped = (b: number, low: number, high: number): number => Math.max(low, Math.min(b, high));

/** MCP by its value and derivatives alone: what is derived of them is held to the same laws as its closed forms. */
export function derivedMcp(gamma: number, options: WeightOptions = {}): SeparablePenalty {
  const bend = (b: number, level: number): number => Math.min(b, gamma * level);
  const phi: ConcaveFunction = {
    name: `concavePenalty(mcp ${gamma})`,
    value: (b, level) => level * bend(b, level) - bend(b, level) ** 2 / (2 * gamma),
    slope: (b, level) => Math.max(level - b / gamma, 0),
    curvature: (b, level) => (b < gamma * level ? -1 / gamma : 0),
    becomesFlat: true,
    scalesWithLambda: false,
    concavity: 1 / gamma,
  };
  return concavePenalty(phi, options);
}

/** SCAD by its value and derivatives alone, whose second derivative falls and rises. */
export function derivedScad(gamma: number, options: WeightOptions = {}): SeparablePenalty {
  const bend = (b: number, level: number): number => clamped(b, level, gamma * level) - level;
  const phi: ConcaveFunction = {
    name: `concavePenalty(scad ${gamma})`,
    value: (b, level) => level * Math.min(b, gamma * level) - bend(b, level) ** 2 / (2 * (gamma - 1)),
    slope: (b, level) => level - bend(b, level) / (gamma - 1),
    curvature: (b, level) => (b > level && b < gamma * level ? -1 / (gamma - 1) : 0),
    turns: (level) => [level],
    becomesFlat: true,
    scalesWithLambda: false,
    concavity: 1 / (gamma - 1),
  };
  return concavePenalty(phi, options);
}

/** A bound of every kind; the first lets a coefficient rise. */
const mixed: readonly Bound[] = [
  [-1, 2],
  [0, 0.5],
  [-Infinity, 1],
  [-2, Infinity],
];
const separable = (
  name: string,
  penalty: SeparablePenalty,
  more: Partial<SeparableMember> = {},
): SeparableMember => ({ name, penalty, size: 4, ...more });

export const separableMembers: readonly SeparableMember[] = [
  separable("l1", l1()),
  separable("weighted l1", l1({ weights })),
  separable("nonnegative l1", nonNegative(l1({ weights })), oneSided),
  separable("bounded l1", bounded(l1(), pair), { domain: () => pair }),
  separable("bounded weighted l1", bounded(l1({ weights }), mixed), { domain: (j) => mixed[j] }),
  separable("bounded nonnegative l1", bounded(nonNegative(l1()), pair), { domain: () => [0, 1.5] }),
  separable("elastic net", elasticNet()),
  separable("weighted elastic net", elasticNet({ l1Ratio: 0.1, weights })),
  separable("scaled elastic net", elasticNet({ l1Ratio: 0.2, weights, scales: 40 })),
  separable("elastic net of l1 alone", elasticNet({ l1Ratio: 1, weights })),
  separable("nonnegative elastic net", nonNegative(elasticNet({ l1Ratio: 0.9, weights })), oneSided),
  separable("bounded elastic net", bounded(elasticNet({ l1Ratio: 0.3, weights }), mixed), {
    domain: (j) => mixed[j],
  }),
  separable("lq(1/2)", lq({ q: 0.5 })),
  separable("weighted lq(1/2)", lq({ q: 0.5, weights })),
  separable("lq(2/3)", lq({ q: 2 / 3 })),
  separable("lq(0.05)", lq({ q: 0.05 })),
  separable("lq(0.95)", lq({ q: 0.95 })),
  separable("nonnegative lq(1/2)", nonNegative(lq({ q: 0.5 })), oneSided),
  separable("bounded lq(1/2)", bounded(lq({ q: 0.5 }), [-2, 3]), { domain: () => [-2, 3] }),
  separable("bounded weighted lq(0.8)", bounded(lq({ q: 0.8, weights }), mixed), { domain: (j) => mixed[j] }),
  separable("l0", l0()),
  separable("weighted l0", l0({ weights })),
  separable("nonnegative l0", nonNegative(l0({ weights })), oneSided),
  separable("bounded l0", bounded(l0(), mixed), { domain: (j) => mixed[j] }),
  separable("weighted l0 with a ridge", l0({ lambda2: 0.6, weights })),
  separable("logSum(1)", logSum({ epsilon: 1 })),
  separable("logSum(0.05)", logSum({ epsilon: 0.05 })),
  separable("weighted logSum(0.3)", logSum({ epsilon: 0.3, weights })),
  separable("nonnegative logSum(1/2)", nonNegative(logSum({ epsilon: 0.5 })), oneSided),
  separable("bounded weighted logSum(0.2)", bounded(logSum({ epsilon: 0.2, weights }), mixed), {
    domain: (j) => mixed[j],
  }),
  separable("laplace(0.3)", laplace({ theta: 0.3 })),
  separable("weighted laplace(2)", laplace({ theta: 2, weights })),
  separable("nonnegative laplace(0.4)", nonNegative(laplace({ theta: 0.4 })), oneSided),
  separable("arctan(0.4)", arctan({ gamma: 0.4 })),
  separable("weighted arctan(3)", arctan({ gamma: 3, weights })),
  separable("nonnegative arctan(0.1)", nonNegative(arctan({ gamma: 0.1 })), oneSided),
  separable("transformedL1(1)", transformedL1()),
  separable("weighted transformedL1(0.1)", transformedL1({ a: 0.1, weights })),
  separable("bounded weighted transformedL1(0.5)", bounded(transformedL1({ a: 0.5, weights }), mixed), {
    domain: (j) => mixed[j],
  }),
  separable("selo(0.01)", selo()),
  separable("weighted selo(1)", selo({ tau: 1, weights })),
  separable("scad", scad(), { knots: (level) => [level, 3.7 * level] }),
  separable("weighted scad(2.1)", scad({ gamma: 2.1, weights }), {
    knots: (level) => [level, 2.1 * level],
  }),
  separable("mcp", mcp(), { knots: (level) => [3 * level] }),
  separable("weighted mcp(1.2)", mcp({ gamma: 1.2, weights }), { knots: (level) => [1.2 * level] }),
  separable("derived mcp", derivedMcp(3), { knots: (level) => [3 * level] }),
  separable("weighted derived mcp(1.2)", derivedMcp(1.2, { weights }), { knots: (level) => [1.2 * level] }),
  separable("derived scad", derivedScad(3.7), { knots: (level) => [level, 3.7 * level] }),
  separable("weighted derived scad(2.1)", derivedScad(2.1, { weights }), {
    knots: (level) => [level, 2.1 * level],
  }),
  separable("nonnegative mcp", nonNegative(mcp()), { ...oneSided, knots: (level) => [3 * level] }),
];

/** Whether a coefficient has a finite penalty and lies at no bound but zero. */
export function isInside({ domain }: PenaltyMember, b: number, j: number): boolean {
  if (!domain || b === 0) return true;
  const [low, high] = domain(j);
  return low < b && b < high;
}

/** Coefficients inside the domain: mirrored where one side has none, and drawn together before a bound. */
export function moveInside({ domain }: PenaltyMember, beta: Float64Array): Float64Array {
  if (!domain) return beta;
  return beta.map((b, j) => {
    const [low, high] = domain(j);
    const side = (b > 0 && high > 0) || low === 0 ? high : low;
    const size = Number.isFinite(side) ? Math.abs(side) * (1 - Math.exp(-Math.abs(b))) : Math.abs(b);
    return Math.sign(side) * size || 0;
  });
}

/** Penalties of a coefficient matrix. */
const matrixMembers: readonly PenaltyMember[] = [
  { name: "nuclear(3) of a tall matrix", penalty: nuclear({ nColumns: 3 }), size: 15 },
  { name: "nuclear(4) of a wide matrix", penalty: nuclear({ nColumns: 4 }), size: 8 },
  { name: "nuclear(1)", penalty: nuclear({ nColumns: 1 }), size: 4 },
  { name: "schatten(3, 1/2) of a tall matrix", penalty: schatten({ nColumns: 3, q: 0.5 }), size: 12 },
  { name: "schatten(3, 2/3) of a wide matrix", penalty: schatten({ nColumns: 3, q: 2 / 3 }), size: 6 },
];

/** Every member; the suite of the laws checks that each factory of the index has one. */
export const penaltyMembers: readonly PenaltyMember[] = [
  ...separableMembers,
  ...groupMembers,
  ...matrixMembers,
];
