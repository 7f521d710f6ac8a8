import type { Datafit } from "../../datafits";

/**
 * The deviance of what rounding leaves of a response: the share of it that it would be of a square, and of a measured response at
 * least what its last digits cost, since a loss may grow slower than a square.
 */
export function devianceTolerance(datafit: Datafit, target: Float64Array): number {
  const zeros = new Float64Array(target.length);
  const lossOf = (of: Float64Array): number => datafit.valueAndGradient(of, zeros, zeros.slice());
  const ofSquare = 1e-30 * Math.abs(lossOf(target));
  if (datafit.kind !== "regression") return ofSquare;
  const lastDigits = target.map((value) => 1e-15 * value);
  return Math.max(ofSquare, lossOf(lastDigits) - lossOf(zeros));
}
