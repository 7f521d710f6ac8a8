import {
  compositeMcp,
  type GroupPenalty,
  groupL2,
  groupLpq,
  groupLq,
  groupMcp,
  groupScad,
  type Penalty,
  sparseGroup,
} from "../../src/penalties";

/** A penalty on six features in groups of three, two and one that are not adjacent. */
export interface GroupMember {
  readonly name: string;
  readonly penalty: GroupPenalty;
  readonly size: number;
  /** Whether no member of a group has a weight of its own. */
  readonly treatsAlike: boolean;
}

/** Group 0 has the features 0, 2 and 5, group 1 has 1 and 4, group 2 has 3. */
export const groupLabels: readonly (string | number)[] = ["b", "a", "b", 7, "a", "b"];

/** Weights of the three groups. */
export const threeWeights: readonly number[] = [2, 0.5, 1.5];

const [labels, weights] = [groupLabels, threeWeights];
const member = (name: string, penalty: Penalty, treatsAlike = true): GroupMember => ({
  name,
  penalty: penalty as GroupPenalty,
  size: labels.length,
  treatsAlike,
});

/** Every penalty on groups, with weights and without. */
export const groupMembers: readonly GroupMember[] = [
  member("groupL2", groupL2(labels)),
  member("weighted groupL2", groupL2(labels, { weights })),
  member("groupLq(1/2)", groupLq(labels, { q: 0.5 })),
  member("weighted groupLq(2/3)", groupLq(labels, { q: 2 / 3, weights })),
  member("groupScad", groupScad(labels)),
  member("weighted groupScad(2.5)", groupScad(labels, { gamma: 2.5, weights })),
  member("groupMcp", groupMcp(labels)),
  member("weighted groupMcp(1.5)", groupMcp(labels, { gamma: 1.5, weights })),
  member("sparseGroup(1/2)", sparseGroup(labels, { l1Ratio: 0.5 })),
  member("weighted sparseGroup(0.05)", sparseGroup(labels, { l1Ratio: 0.05, weights })),
  member("weighted sparseGroup(0.95)", sparseGroup(labels, { l1Ratio: 0.95, weights })),
  member(
    "sparseGroup(1/2) with weights of its lasso",
    sparseGroup(labels, { l1Ratio: 0.5, weights, l1Weights: [0.3, 2, 1, 0.7, 1.4, 3] }),
    false,
  ),
  member("groupLpq(1, 1/2)", groupLpq(labels, { p: 1, q: 0.5 })),
  member("weighted groupLpq(2/3, 1/2)", groupLpq(labels, { p: 2 / 3, q: 0.5, weights })),
  member("compositeMcp", compositeMcp(labels)),
  member("compositeMcp(1.5)", compositeMcp(labels, { gamma: 1.5 })),
];
