import { mustBe } from "../../errors";
import { seededRandom } from "../../random/random";
import { tensorFlow } from "../tensorflow";
import type { FactorizedLayer } from "./factorized-layer";

/**
 * Draws all factors of a layer so that their product has the standard deviation `s` that the layer's weight has: each
 * from `N(0, s^(2/k))`, where it lies between `(s/100)^(1/k)` and `min(1, (2s)^(1/k))` in magnitude.
 *
 * @throws InputError unless `s` is in `(0, 1]`.
 */
export function drawVarianceMatched(where: string, layer: FactorizedLayer, seed: number): void {
  const tf = tensorFlow(where);
  const { depth } = layer.factorization;
  const sigma = deviation(layer.variable.read().dataSync());
  if (!(sigma > 0 && sigma <= 1)) {
    const what = `the standard deviation of the weights of layer "${layer.name}"`;
    throw mustBe(where, what, "above 0 and at most 1 for a variance-matched start", sigma);
  }
  const root = (value: number): number => value ** (1 / depth);
  const [scale, smallest, largest] = [root(sigma), root(sigma / 100), Math.min(1, root(2 * sigma))];
  const random = seededRandom(seed);
  const draw = (): number => {
    for (;;) {
      const entry = scale * random.normal();
      if (Math.abs(entry) > smallest && Math.abs(entry) < largest) return entry;
    }
  };
  for (const factor of [layer.variable, ...layer.gates]) {
    const { size, shape } = factor.read();
    const drawn = tf.tensor(Float32Array.from({ length: size }, draw), shape);
    factor.write(drawn);
    drawn.dispose();
  }
}

function deviation(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
