import { l1, seededRandom, Table } from "smooth-edges";
import {
  elasticNetProduct,
  groupHadamardPower,
  groupHadamardProduct,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  nestedHadamard,
  nonNegativeSquare,
  type Parametrization,
  signedPower,
  sparseGroupProduct,
  surrogateObjective,
} from "smooth-edges/surrogate";
import { interleaved } from "./interleaved";

const SEED = 1;

/**
 * What the factors cost: one gradient of `Q(xi) = f(X K(xi)) + lambda R_xi(xi)` against one of `f(X beta)`, both two
 * products with the same dense design.
 */
export function benchParametrizations(nSamples: number, nFeatures: number, rounds: number): Table {
  const random = seededRandom(SEED);
  const data = Float64Array.from({ length: nSamples * nFeatures }, () => random.normal());
  const y = Float64Array.from({ length: nSamples }, () => random.normal());
  const X = { data, nSamples, nFeatures };
  const groups = Array.from({ length: nFeatures }, (_, j) => Math.floor(j / 5));
  const members = [
    bare,
    hadamardProduct({ depth: 2 }),
    hadamardDifference({ depth: 2 }),
    hadamardProduct({ depth: 4 }),
    hadamardPower({ depth: 2.5 }),
    signedPower({ depth: 2 }),
    nonNegativeSquare(),
    elasticNetProduct(),
    groupHadamardProduct(groups),
    groupHadamardPower(groups, { depth: 3 }),
    nestedHadamard(groups, { elementwiseDepth: 2, depth: 3 }),
    sparseGroupProduct(groups, { l1Ratio: 0.5 }),
  ];
  const contenders = members.map((parametrization) => {
    const objective = surrogateObjective(X, y, { parametrization, lambda: 0.1 });
    const x = Float64Array.from({ length: objective.size }, () => random.normal());
    const gradient = new Float64Array(objective.size);
    return { name: parametrization.name, run: () => void objective.valueAndGradient(x, gradient) };
  });
  const seconds = interleaved(contenders, rounds);
  return new Table({
    title: `one gradient, n = ${nSamples}, p = ${nFeatures}, median of ${rounds} interleaved rounds, seed ${SEED}`,
    columns: ["parametrization", "milliseconds", "ratio to the bare datafit"],
    maxRows: members.length,
    rows: contenders.map(({ name }, k) => [name, 1000 * seconds[k], seconds[k] / seconds[0]]),
  });
}

/** No factors: `beta = xi`, nothing penalized. */
const bare: Parametrization = {
  name: "bare datafit",
  inducedPenalty: l1(),
  smoothness: Number.POSITIVE_INFINITY,
  surrogateSize: (nFeatures) => nFeatures,
  forward: (xi, beta) => beta.set(xi),
  pullback: (_xi, cotangent, out) => out.set(cotangent),
  surrogatePenalty: () => 0,
  addSurrogateGradient() {},
  rightInverse: (beta, xi) => xi.set(beta),
};
