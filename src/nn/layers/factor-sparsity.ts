import { groupNumbers } from "../surgery/structure";
import { FLOAT32_EPSILON } from "./collapsed-weight";
import type { FactorizedLayer } from "./factorized-layer";

/** The share of the weights of factorized layers that `collapse` would set to zero, in [0, 1]. */
export function factorSparsity(layers: readonly FactorizedLayer[]): number {
  let zeros = 0;
  let weights = 0;
  for (const { variable, gates, grouping, factorization } of layers) {
    const { depth, shared } = factorization;
    const factor = variable.read().dataSync();
    const gateValues = gates.map((gate) => gate.read().dataSync());
    const groupOf = groupNumbers(grouping, variable.shape as number[]);
    const squares = new Float64Array(grouping.nGroups);
    factor.forEach((value, i) => {
      squares[groupOf[i]] += value ** 2;
    });
    squares.forEach((square, g) => {
      const gate = gateValues.reduce((product, values) => product * Math.abs(values[g]), 1);
      if (Math.sqrt(square) * gate ** (shared ? depth - 1 : 1) <= FLOAT32_EPSILON) zeros += grouping.sizes[g];
    });
    weights += factor.length;
  }
  return zeros / weights;
}
