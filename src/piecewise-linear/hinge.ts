import { mustBe } from "../errors";
import { serializable } from "../recipe";
import { type PiecewiseLinearDatafit, piecewiseLinearDatafit } from "./piecewise-linear-datafit";

/**
 * The hinge loss of the support vector machine, exactly: `f(eta) = (1/n) sum_i max(0, 1 - s_i eta_i)` with `s_i = -1` for
 * label 0 and `s_i = 1` for label 1.
 *
 * Since `s_i^2 = 1`, `1 - s_i eta_i` is `s_i (s_i - eta_i)`, so the kink is at `s_i`.
 *
 * @see Zhu, Rosset, Hastie and Tibshirani, 1-norm support vector machines (2003)
 * @example
 * ```ts
 * piecewiseLinearValue(hinge().terms(Float64Array.of(0, 1)), Float64Array.of(-3, 0.5)); // 0.25
 * ```
 */
export function hinge(): PiecewiseLinearDatafit {
  const datafit = piecewiseLinearDatafit({
    name: "hinge",
    response: "classes",
    dependsOnResidual: false,
    coercive: false,
    checkTarget(where, y) {
      y.forEach((label, i) => {
        if (label === 0 || label === 1) return;
        throw mustBe(where, `y, row ${i}`, "0 or 1", label, "encode the two classes as 0 and 1");
      });
    },
    terms(y) {
      const center = y.map((label) => 2 * label - 1);
      return { center, tilt: center.map((sign) => sign / 2), width: new Float64Array(y.length).fill(0.5) };
    },
    // It is above 1/2 for the likelier class, and no probability.
    inverseLink: (eta) => Math.max(0, Math.min((1 + eta) / 2, 1)),
  });
  return serializable("hinge", [], datafit);
}
