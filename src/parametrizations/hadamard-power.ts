import { meanGap } from "../linalg/mean-gap";
import { checkChoice, checkKeys } from "../options";
import { checkWeightCount, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { checkRealDepth, depthRemedy, inConvention, penaltyOfDepth, smoothnessOfPower } from "./depth";
import type { Parametrization, ParametrizationOptions } from "./parametrization";

/** Options of `hadamardPower`. */
export interface HadamardPowerOptions extends ParametrizationOptions {
  /** The number `k` of factors, a real number above 2. */
  readonly depth: number;
  /**
   * How `R_xi` counts the shared factor: `"weighted"` counts its square `k - 1` times, as the product of `k` factors
   * does in which it occurs `k - 1` times, `"plain"` once, as weight decay on the parameters does. Default: `"weighted"`.
   */
  readonly sharing?: "weighted" | "plain";
}

/**
 * The Hadamard power, a product of `k` factors of which `k - 1` are shared, for real `k`:
 * `beta = u |v|^(k-1)` (elementwise), which induces `sum_j w_j |beta_j|^(2/k)` with
 *
 * - `R_xi = (1/k) sum_j w_j (u_j^2 + (k-1) v_j^2)`, balanced at `|u| = |v| = |beta|^(1/k)`, or,
 * - shared plainly, `R_xi = (1/k) (k-1)^((k-1)/k) sum_j w_j (u_j^2 + v_j^2)`, balanced at `v^2 = (k-1) u^2`.
 *
 * It has `2 * nFeatures` parameters at any depth; `xi` is `u` followed by `v`. `|v|^(k-1)` is smooth for odd `k`, has
 * `k - 2` continuous derivatives for even `k` and Hölder continuous ones up to the order `k - 1` otherwise, so that
 * between 2 and 3 the gradient is only Hölder continuous at `v = 0`; at 2 it has a kink, below it is not Lipschitz.
 * `K` is not locally open where `u_j != 0` and `v_j = 0`: there `beta_j` can only take the sign of `u_j`. No such point
 * is stationary as long as `lambda > 0`.
 *
 * @param options `depth`: the number `k` of factors, a real number above 2; `weights`: positive, default 1; `sharing`: `"weighted"` or `"plain"`; `lambdaConvention`.
 * @throws InputError when the depth or an option is outside its domain.
 * @see arXiv 2307.03571, on parameter sharing (there without the factor 1/k)
 * @example
 * ```ts
 * const beta = new Float64Array(1);
 * hadamardPower({ depth: 2.5 }).forward(Float64Array.of(3, -4), beta);
 * beta; // [24]
 * ```
 */
export function hadamardPower(options: HadamardPowerOptions): Parametrization {
  const where = "hadamardPower";
  checkKeys(where, options, ["depth", "weights", "sharing", "lambdaConvention"], depthRemedy);
  const { depth, sharing = "weighted" } = options;
  checkRealDepth(where, depth, "hadamardProduct({ depth: 2 })");
  checkChoice(where, "sharing", sharing, ["weighted", "plain"]);
  const weight = weightReader(where, options);
  const power = depth - 1;
  const copies = sharing === "weighted" ? power : 1;
  /** `|v| / |u|` at a balanced point. */
  const ratio = Math.sqrt(power / copies);
  /** Coefficient of the penalty that `||u||^2 + copies ||v||^2` induces. */
  const constant = depth * ratio ** ((-2 * power) / depth);

  const roots = new Float64Array(2);
  const shares = Float64Array.of(1 / depth, power / depth);

  const parametrization = inConvention(where, options, constant, {
    name: `hadamardPower(${depth}${sharing === "plain" ? ', { sharing: "plain" }' : ""})`,
    nFeatures: options.weights?.length,
    inducedPenalty: penaltyOfDepth(depth, options),
    smoothness: smoothnessOfPower(power),

    surrogateSize(nFeatures) {
      checkWeightCount(where, options, nFeatures);
      return 2 * nFeatures;
    },

    factors: (nFeatures) => [
      { size: nFeatures, power: 1 },
      { size: nFeatures, power },
    ],

    forward(xi, beta) {
      const p = beta.length;
      for (let j = 0; j < p; j++) beta[j] = xi[j] * Math.abs(xi[p + j]) ** power;
    },

    pullback(xi, cotangent, out) {
      const p = cotangent.length;
      for (let j = 0; j < p; j++) {
        const gate = Math.abs(xi[p + j]);
        const slope = gate ** (power - 1);
        out[j] += slope * gate * cotangent[j];
        out[p + j] += power * slope * Math.sign(xi[p + j]) * xi[j] * cotangent[j];
      }
    },

    surrogatePenalty(xi) {
      const p = xi.length / 2;
      let sum = 0;
      for (let j = 0; j < p; j++) sum += weight(j) * (xi[j] ** 2 + copies * xi[p + j] ** 2);
      return sum / constant;
    },

    addSurrogateGradient(xi, scale, out) {
      const p = xi.length / 2;
      for (let j = 0; j < p; j++) {
        const slope = (2 * scale * weight(j)) / constant;
        out[j] += slope * xi[j];
        out[p + j] += slope * copies * xi[p + j];
      }
    },

    rightInverse(beta, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        const gate = (ratio * Math.abs(beta[j])) ** (1 / depth);
        xi[j] = (Math.sign(beta[j]) * gate) / ratio;
        xi[p + j] = gate;
      }
    },

    misalignment(xi) {
      const p = xi.length / 2;
      let sum = 0;
      for (let j = 0; j < p; j++) {
        roots[0] = Math.abs(xi[j]);
        roots[1] = Math.abs(xi[p + j]) / ratio;
        sum += weight(j) * meanGap(roots, shares);
      }
      return (depth / constant) * sum;
    },

    startingPoint(beta, magnitude, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        const gate = (ratio * (Math.abs(beta[j]) + magnitude)) ** (1 / depth);
        xi[j] = beta[j] / gate ** power;
        xi[p + j] = gate;
      }
    },
  });
  return serializable("hadamardPower", [options], parametrization);
}
