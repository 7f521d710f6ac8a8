import { SmoothLasso, type SparseLinearFit } from "smooth-edges";
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
 * standard error of it that of the largest lambda and there the largest gamma, as `cv.glmnet` has them with `relax = TRUE` and
 * lambdas that are given.
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
    const losses = relaxed(along).map((fit) =>
      meanSquare(fit.predict(heldOut.columns), heldOut.response as number[]),
    );
    return { losses, share: heldOut.response.length / response.length };
  });
  const fits = relaxed(path);
  const scores = fits.map((_, k) => {
    const average = (of: (loss: number) => number): number =>
      parts.reduce((sum, { losses, share }) => sum + share * of(losses[k]), 0);
    const mean = average((loss) => loss);
    return { mean, error: Math.sqrt(average((loss) => (loss - mean) ** 2) / (parts.length - 1)) };
  });
  const least = scores.reduce((a, b) => (b.mean < a.mean ? b : a));
  const within = scores.findIndex(({ mean }) => mean <= least.mean + least.error);
  return { best: fits[scores.indexOf(least)], oneStandardError: fits[within] };
}

function meanSquare(predicted: Float64Array, observed: readonly number[]): number {
  return predicted.reduce((sum, value, i) => sum + (observed[i] - value) ** 2, 0) / observed.length;
}
