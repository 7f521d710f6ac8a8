import { mustBe } from "../../errors";
import { checkPositive } from "../../options";

/** What to try for a factorized network, and where that comes from. */
export interface LearningRateAdvice {
  /** The first one to try. */
  readonly learningRate: number;
  /** The lowest and highest that the sources found best. */
  readonly range: readonly [number, number];
  /** Where the ratios were found, in a sentence. */
  readonly source: string;
}

/**
 * Best rates of gated networks over the best one of the plain network, by depth 1 to 4, as tuned for VGG-16 on CIFAR-10 (0.3, 0.4,
 * 0.4 against 0.1) and on SVHN (2e-3, 3e-3, 3e-3 against 2e-3), and for ResNet-18 on CIFAR-100 (0.2, 0.3, 0.4 against 0.2).
 */
const RATIOS = [
  [1, 1, 1],
  [3, 1, 1],
  [4, 1.5, 1.5],
  [4, 1.5, 2],
];

const SOURCE =
  "Kolb et al., Differentiable Sparsity via D-Gating (2025), arXiv 2509.23898, Table 4: SGD with momentum 0.9 and cosine decay";

/**
 * A learning rate for a factorized network, from one that suits the plain network: it grows with depth.
 *
 * The gradient of a factor is that of the weight times the other factors, which shrink as weights do; so the same rate moves a
 * deeper product less. The first to try is the geometric mean of the published ratios. Too high a rate diverges
 * first at depth 3 and more: `train` then says which one to try next.
 *
 * @param depth of the factorization, at least 1; above 4 the advice is that for 4, between integers it is interpolated.
 * @param plainRate a learning rate that suits the plain network under SGD, with or without momentum, positive.
 * @throws InputError where a number is outside its domain.
 * @example
 * ```ts
 * adviseLearningRate(3, 0.1).learningRate.toFixed(2); // "0.21"
 * ```
 */
export function adviseLearningRate(depth: number, plainRate: number): LearningRateAdvice {
  const where = "adviseLearningRate";
  if (!(typeof depth === "number" && depth >= 1 && depth < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "depth", "a finite number >= 1", depth);
  }
  checkPositive(where, "plainRate", plainRate);
  const position = Math.min(depth, RATIOS.length) - 1;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  const between = (of: (ratios: readonly number[]) => number): number =>
    plainRate * (of(RATIOS[below]) + (position - below) * (of(RATIOS[above]) - of(RATIOS[below])));
  return {
    learningRate: between(
      (ratios) => ratios.reduce((product, ratio) => product * ratio, 1) ** (1 / ratios.length),
    ),
    range: [between((ratios) => Math.min(...ratios)), between((ratios) => Math.max(...ratios))],
    source: SOURCE,
  };
}
