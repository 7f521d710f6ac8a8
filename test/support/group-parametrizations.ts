import * as index from "../../src/parametrizations";
import type { Member } from "./parametrizations";

/** Group 0 has the features 0 and 2. */
const labels = ["b", "a", "b", 7];
const weights = [2, 0.5, 7];

const member = (title: string, factory: unknown, K: index.Parametrization): Member => ({
  title,
  K,
  factory,
  nFeatures: labels.length,
});

const products = [2, 3, 4].flatMap((depth) => [
  member(
    `groupHadamardProduct(${depth})`,
    index.groupHadamardProduct,
    index.groupHadamardProduct(labels, { depth }),
  ),
  member(
    `groupHadamardProduct(${depth}) with weights`,
    index.groupHadamardProduct,
    index.groupHadamardProduct(labels, { depth, weights }),
  ),
]);

const powers = [2.5, 3, 4].flatMap((depth) => [
  member(
    `groupHadamardPower(${depth})`,
    index.groupHadamardPower,
    index.groupHadamardPower(labels, { depth }),
  ),
  member(
    `groupHadamardPower(${depth}) with weights`,
    index.groupHadamardPower,
    index.groupHadamardPower(labels, { depth, weights }),
  ),
]);

const nested = (
  [
    [1, 3],
    [2, 3],
    [2, 4],
    [3, 4],
    [3, 3],
  ] as const
).flatMap(([elementwise, depth]) => [
  member(
    `nestedHadamard(${elementwise}, ${depth})`,
    index.nestedHadamard,
    index.nestedHadamard(labels, { elementwiseDepth: elementwise, depth }),
  ),
  member(
    `nestedHadamard(${elementwise}, ${depth}) with weights`,
    index.nestedHadamard,
    index.nestedHadamard(labels, { elementwiseDepth: elementwise, depth, weights }),
  ),
]);

const conventions = (["raw", "weight-decay"] as const).flatMap((lambdaConvention) => {
  const options = { weights, lambdaConvention };
  const title = ` in the ${lambdaConvention} convention`;
  return [
    member(
      `groupHadamardProduct(3)${title}`,
      index.groupHadamardProduct,
      index.groupHadamardProduct(labels, { depth: 3, ...options }),
    ),
    member(
      `groupHadamardPower(2.5)${title}`,
      index.groupHadamardPower,
      index.groupHadamardPower(labels, { depth: 2.5, ...options }),
    ),
    member(
      `nestedHadamard(2, 3)${title}`,
      index.nestedHadamard,
      index.nestedHadamard(labels, { elementwiseDepth: 2, depth: 3, ...options }),
    ),
  ];
});

const sparse = [0, 0.05, 0.5, 0.95, 1].map((l1Ratio) =>
  member(
    `sparseGroupProduct(${l1Ratio})`,
    index.sparseGroupProduct,
    index.sparseGroupProduct(labels, { l1Ratio, weights }),
  ),
);

const sparseWeighted = [0.3, 1].map((l1Ratio) =>
  member(
    `sparseGroupProduct(${l1Ratio}) with weights of its lasso`,
    index.sparseGroupProduct,
    index.sparseGroupProduct(labels, { l1Ratio, weights, l1Weights: [0.4, 2, 1, 1.7] }),
  ),
);

/** Parametrizations of four features in groups. */
export const groupMembers: readonly Member[] = [
  ...products,
  ...powers,
  ...nested,
  ...conventions,
  ...sparse,
  ...sparseWeighted,
];
