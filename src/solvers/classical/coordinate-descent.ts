import { mustBe } from "../../errors";
import { isSeparable } from "../../penalties";
import { serializable } from "../../recipe";
import type { Solver } from "../solver";
import { cycle } from "./block-cycle";

/**
 * Cyclic coordinate descent, the classical non-smooth method: each coordinate in turn is minimised exactly with a
 * quadratic datafit, and with a quadratic model that majorizes it otherwise.
 *
 * For every penalty that is a sum over coordinates: lasso, elastic net, bridge, SCAD, MCP. It knows nothing of a surrogate
 * and so serves as an independent check of everything that does. An iteration is an epoch, one pass over all
 * coordinates; no epoch raises the objective. 100 suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for a penalty that is not a sum over coordinates.
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent
 * (2010); Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: coordinateDescent() });
 * ```
 */
export function coordinateDescent(): Solver {
  const solver: Solver = {
    name: "coordinateDescent",
    solve(task) {
      const { design, penalty, target } = task.problem;
      if (!isSeparable(penalty)) {
        throw mustBe("coordinateDescent", "penalty", "a sum over coordinates", penalty.name);
      }
      const spectrum = new Float64Array(design.nFeatures);
      design.weightedSquaredNorms(new Float64Array(target.length).fill(1), spectrum);
      return cycle("coordinateDescent", task, {
        columns: Array.from({ length: design.nFeatures }, (_, j) => Int32Array.of(j)),
        spectrum,
        prox(j, point, step, lambda, out) {
          out[0] = penalty.coordinateProx(j, point[0], step, lambda);
        },
      });
    },
  };
  return serializable("coordinateDescent", [], solver);
}
