import { SmoothLasso, type SparseLinearFit } from "smooth-edges";
import { crossValidationScores } from "../../src/estimators/cross-validation/cross-validation-scores";
import { rowsOf } from "./real-splits";

/** How much of the lasso's shrinkage is left: all, half or none, which is least squares on its features. */
export const GAMMAS: readonly number[] = [1, 0.5, 0];

/** The fits that a cross-validation chooses, by its two rules. */
interface Chosen {
  readonly best: SparseLinearFit;
  readonly oneStandardError: SparseLinearFit;
}

/**
 * The relaxed lasso with lambda and gamma chosen by folds: the pair of the smallest squared error, and of those within a
 * standard error of it that of the largest lambda and there the largest gamma, as `cv.glmnet` has them with `relax = TRUE`.
 *
 * @param gammas decreasing.
 */
export function relaxedLasso(
  columns: Readonly<Record<string, number[]>>,
  response: readonly number[],
  options: { readonly foldId: readonly number[]; readonly nLambdas: number; readonly lambdaMinRatio: number },
  gammas: readonly number[] = GAMMAS,
): Chosen {
  const { foldId, ...grid } = options;
  const lasso = new SmoothLasso();
  const path = lasso.path(columns, [...response], grid);
  /** One a pair: the larger lambdas first, and of each the larger gammas. */
  const relaxed = (of: typeof path): SparseLinearFit[] => {
    const byGamma = gammas.map((gamma) => of.relaxed(gamma).fits);
    return Array.from(path.lambdas).flatMap((_, k) => byGamma.map((fits) => fits[k]));
  };
  const parts = [...new Set(foldId)].map((fold) => {
    const [others, heldOut] = [false, true].map((isHeldOut) => {
      const rows = Array.from(foldId.keys()).filter((i) => (foldId[i] === fold) === isHeldOut);
      return rowsOf({ columns, response }, rows);
    });
    const along = lasso.path(others.columns, others.response as number[], { lambdas: path.lambdas });
    const loss = relaxed(along).map((fit) =>
      meanSquare(fit.predict(heldOut.columns), heldOut.response as number[]),
    );
    return { loss: Float64Array.from(loss), weight: heldOut.response.length };
  });
  const { indexMin, index1se } = crossValidationScores(parts, path.lambdas.length * gammas.length);
  const fits = relaxed(path);
  return { best: fits[indexMin], oneStandardError: fits[index1se] };
}

function meanSquare(predicted: Float64Array, observed: readonly number[]): number {
  return predicted.reduce((sum, value, i) => sum + (observed[i] - value) ** 2, 0) / observed.length;
}
