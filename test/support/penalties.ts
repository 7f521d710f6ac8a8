import {
  elasticNet,
  l1,
  lq,
  mcp,
  nonNegative,
  nuclear,
  type Penalty,
  type SeparablePenalty,
  scad,
  schatten,
} from "../../src/penalties";
import { groupMembers } from "./group-penalties";

/** A penalty to which the laws apply. */
export interface PenaltyMember {
  readonly name: string;
  readonly penalty: Penalty;
  /** Number of coefficients. */
  readonly size: number;
  /** Whether negative coefficients have an infinite penalty. */
  readonly oneSided?: boolean;
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
const separable = (
  name: string,
  penalty: SeparablePenalty,
  more: Partial<SeparableMember> = {},
): SeparableMember => ({ name, penalty, size: 4, ...more });

export const separableMembers: readonly SeparableMember[] = [
  separable("l1", l1()),
  separable("weighted l1", l1({ weights })),
  separable("nonnegative l1", nonNegative(l1({ weights })), { oneSided: true }),
  separable("elastic net", elasticNet()),
  separable("weighted elastic net", elasticNet({ l1Ratio: 0.1, weights })),
  separable("elastic net of l1 alone", elasticNet({ l1Ratio: 1, weights })),
  separable("nonnegative elastic net", nonNegative(elasticNet({ l1Ratio: 0.9, weights })), {
    oneSided: true,
  }),
  separable("lq(1/2)", lq(0.5)),
  separable("weighted lq(1/2)", lq(0.5, { weights })),
  separable("lq(2/3)", lq(2 / 3)),
  separable("lq(0.05)", lq(0.05)),
  separable("lq(0.95)", lq(0.95)),
  separable("nonnegative lq(1/2)", nonNegative(lq(0.5)), { oneSided: true }),
  separable("scad", scad(), { knots: (level) => [level, 3.7 * level] }),
  separable("weighted scad(2.1)", scad({ gamma: 2.1, weights }), {
    knots: (level) => [level, 2.1 * level],
  }),
  separable("mcp", mcp(), { knots: (level) => [3 * level] }),
  separable("weighted mcp(1.2)", mcp({ gamma: 1.2, weights }), { knots: (level) => [1.2 * level] }),
  separable("nonnegative mcp", nonNegative(mcp()), { oneSided: true, knots: (level) => [3 * level] }),
];

/** Penalties of a coefficient matrix. */
export const matrixMembers: readonly PenaltyMember[] = [
  { name: "nuclear(3) of a tall matrix", penalty: nuclear(3), size: 15 },
  { name: "nuclear(4) of a wide matrix", penalty: nuclear(4), size: 8 },
  { name: "nuclear(1)", penalty: nuclear(1), size: 4 },
  { name: "schatten(3, 1/2) of a tall matrix", penalty: schatten(3, 0.5), size: 12 },
  { name: "schatten(3, 2/3) of a wide matrix", penalty: schatten(3, 2 / 3), size: 6 },
];

/** Every member; the suite of the laws checks that each factory of the index has one. */
export const penaltyMembers: readonly PenaltyMember[] = [
  ...separableMembers,
  ...groupMembers,
  ...matrixMembers,
];
