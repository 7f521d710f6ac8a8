import fc from "fast-check";
import type { LambdaConvention, Parametrization, ParametrizationOptions } from "../../src/parametrizations";
import * as index from "../../src/parametrizations";
import { groupMembers } from "./group-parametrizations";

/** One parametrization of the index and what the suites need to know of it. */
export interface Member {
  readonly title: string;
  readonly K: Parametrization;
  /** The function of the index that made it. */
  readonly factory: unknown;
  /** How many coefficients it is tried with. */
  readonly nFeatures: number;
  /** Whether it maps onto the nonnegative coefficients only. */
  readonly nonNegative?: boolean;
  /** What the rounding of `beta_j` is measured against. Default: `|beta_j|`. */
  readonly scaleOf?: (beta: Float64Array, j: number) => number;
  /** For members that are sums over coordinates: the exact surrogate and induced penalty of one of them. */
  readonly exact?: ExactPenalties;
}

/**
 * Both penalties of one coordinate, without weight and convention, to the power `order`, times `divisor`: integers for
 * integer factors.
 */
export interface ExactPenalties {
  readonly order: number;
  readonly divisor: bigint;
  powers(factors: readonly bigint[]): readonly [surrogate: bigint, induced: bigint];
  /** What weights and the convention multiply the term of coordinate `j` by. */
  scale(j: number): number;
}

/** Weights of four coefficients. */
const weights = [2, 0.5, 1e-3, 7];

type Variant = { readonly title: string; readonly options: ParametrizationOptions; readonly scale: number[] };

/** No options, weights, and each convention; `constant` is what the plain sum of squares induces. */
function variants(constant: number): Variant[] {
  const convention = (lambdaConvention: LambdaConvention, factor: number): Variant => ({
    title: ` in the ${lambdaConvention} convention`,
    options: { weights, lambdaConvention },
    scale: weights.map((weight) => weight * factor),
  });
  return [
    { title: "", options: {}, scale: [1, 1, 1, 1] },
    { title: " with weights", options: { weights }, scale: weights },
    convention("raw", constant),
    convention("weight-decay", constant / 2),
  ];
}

const products = [2, 3, 4, 5].flatMap((depth) =>
  variants(depth).map(({ title, options, scale }): Member => {
    const [order, divisor] = [depth, BigInt(depth) ** BigInt(depth)];
    return {
      title: `hadamardProduct(${depth})${title}`,
      K: index.hadamardProduct({ depth, ...options }),
      factory: index.hadamardProduct,
      nFeatures: 4,
      exact: {
        order,
        divisor,
        powers: (factors) => [
          factors.reduce((sum, u) => sum + u ** 2n, 0n) ** BigInt(depth),
          factors.reduce((product, u) => product * u ** 2n, divisor),
        ],
        scale: (j) => scale[j],
      },
    };
  }),
);

const differences = [2, 3, 4, 5].flatMap((depth) =>
  variants(1).map(
    ({ title, options, scale }): Member => ({
      title: `hadamardDifference(${depth})${title}`,
      K: index.hadamardDifference({ depth, ...options }),
      factory: index.hadamardDifference,
      nFeatures: 4,
      exact: {
        order: depth,
        divisor: 1n,
        powers: ([u, v]) => [
          (u ** 2n + v ** 2n) ** BigInt(depth),
          (u ** BigInt(depth) - v ** BigInt(depth)) ** 2n,
        ],
        scale: (j) => scale[j],
      },
    }),
  ),
);

/** Depths `a / b`, above 2. */
const fractions = [
  [5, 2],
  [3, 1],
  [7, 2],
  [4, 1],
] as const;

const powers = fractions.flatMap(([a, b]) => {
  const depth = a / b;
  const [bigA, bigB] = [BigInt(a), BigInt(b)];
  const induced = ([u, v]: readonly bigint[]): bigint =>
    bigA ** bigA * u ** (2n * bigB) * v ** (2n * (bigA - bigB));
  const weighted = variants(depth).map(
    ({ title, options, scale }): Member => ({
      title: `hadamardPower(${depth})${title}`,
      K: index.hadamardPower({ depth, ...options }),
      factory: index.hadamardPower,
      nFeatures: 4,
      exact: {
        order: a,
        divisor: bigA ** bigA,
        powers: ([u, v]) => [(bigB * u ** 2n + (bigA - bigB) * v ** 2n) ** bigA, induced([u, v])],
        scale: (j) => scale[j],
      },
    }),
  );
  const plain = variants(depth * (depth - 1) ** (-(depth - 1) / depth)).map(
    ({ title, options, scale }): Member => ({
      title: `plainly shared hadamardPower(${depth})${title}`,
      K: index.hadamardPower({ depth, ...options, sharing: "plain" }),
      factory: index.hadamardPower,
      nFeatures: 4,
      exact: {
        order: a,
        divisor: bigA ** bigA,
        powers: ([u, v]) => [
          bigB ** bigB * (bigA - bigB) ** (bigA - bigB) * (u ** 2n + v ** 2n) ** bigA,
          induced([u, v]),
        ],
        scale: (j) => scale[j],
      },
    }),
  );
  return [...weighted, ...plain];
});

const signedPowers = [2, 2.5, 3, 4].flatMap((depth) =>
  variants(1).map(
    ({ title, options }): Member => ({
      title: `signedPower(${depth})${title}`,
      K: index.signedPower({ depth, ...options }),
      factory: index.signedPower,
      nFeatures: 4,
    }),
  ),
);

const squares = variants(1).map(
  ({ title, options }): Member => ({
    title: `nonNegativeSquare()${title}`,
    K: index.nonNegativeSquare(options),
    factory: index.nonNegativeSquare,
    nFeatures: 4,
    nonNegative: true,
  }),
);

/** Columns, rank, depth and convention; the rank is at least the smaller side, so that every matrix has factors. */
const matrixShapes: readonly (readonly [number, number, number, LambdaConvention])[] = [
  [2, 2, 2, "normalized"],
  [3, 2, 2, "raw"],
  [2, 2, 3, "normalized"],
  [2, 3, 4, "weight-decay"],
];

const matrixProducts = matrixShapes.map(([nColumns, rank, depth, lambdaConvention]): Member => {
  const K = index.lowRankProduct({ nColumns, rank, depth, lambdaConvention });
  return {
    title: K.name,
    K,
    factory: index.lowRankProduct,
    nFeatures: 2 * nColumns,
    // Singular values below 1e-13 of the largest are rounding.
    scaleOf: (beta) => 40 * beta.reduce((largest, b) => Math.max(largest, Math.abs(b)), 0),
  };
});

/** Every member of the index, at several depths, with weights and in each convention. */
export const members: readonly Member[] = [
  ...products,
  ...differences,
  ...powers,
  ...signedPowers,
  ...[{ l1Ratio: 0.3 }, { l1Ratio: 0.7, weights, scales: [3, 0.1, 20, 1] }].map(
    (options): Member => ({
      title: `elasticNetProduct(${options.l1Ratio})`,
      K: index.elasticNetProduct(options),
      factory: index.elasticNetProduct,
      nFeatures: 4,
    }),
  ),
  ...groupMembers,
  ...squares,
  ...matrixProducts,
];

/** `K(xi)` */
export function forward({ K, nFeatures }: Member, xi: Float64Array): Float64Array {
  const beta = new Float64Array(nFeatures);
  K.forward(xi, beta);
  return beta;
}

/** The balanced preimage of `beta`. */
export function balanced({ K }: Member, beta: Float64Array): Float64Array {
  const xi = new Float64Array(K.surrogateSize(beta.length));
  K.rightInverse(beta, xi);
  return xi;
}

/** Signed coefficients brought into the image of a member. */
export function intoImage({ nonNegative }: Member, beta: Float64Array): Float64Array {
  return nonNegative ? beta.map(Math.abs) : beta;
}

/** Coefficients in the image of a member, of all magnitudes, some of them zero. */
export function coefficientsOf(member: Member): fc.Arbitrary<Float64Array> {
  const coefficient = fc.oneof(
    fc.constantFrom(0, 1, -1, 1e-12, -1e12),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((b) => b === 0 || Math.abs(b) > 1e-12),
  );
  const length = { minLength: member.nFeatures, maxLength: member.nFeatures };
  return fc.array(coefficient, length).map((values) => intoImage(member, Float64Array.from(values)));
}
