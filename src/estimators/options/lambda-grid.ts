import { InputError, mustBe } from "../../errors";

/** Which lambdas a path visits. */
export interface LambdaGridOptions {
  /** Lambdas of one's own, finite and at least 0, in any order; excludes the other two. */
  readonly lambdas?: ArrayLike<number>;
  /** Number of lambdas, evenly spaced on the log scale, an integer of at least 1. Default: 100. */
  readonly nLambdas?: number;
  /** Smallest lambda as a share of the largest, between 0 and 1. Default: 1e-4 if n > p, else 1e-2. */
  readonly lambdaMinRatio?: number;
}

/** The lambdas of a path, decreasing. */
export interface LambdaGrid {
  readonly lambdas: Float64Array;
  /** Whether the path may end before they do: not if they are the caller's own. */
  readonly stopsEarly: boolean;
}

/**
 * The grid, decreasing: the caller's own, or from `lambdaMax` downwards.
 *
 * @param start `lambdaMax`, and why it is 0 where it is.
 * @throws InputError when an option is outside its domain, or when there is nothing to explain and no grid was given.
 */
export function lambdaGrid(
  where: string,
  options: LambdaGridOptions,
  start: { readonly lambdaMax: number; readonly obstacle?: string },
  nSamples: number,
  nFeatures: number,
): LambdaGrid {
  const { lambdaMax, obstacle = "no penalized column explains any of y" } = start;
  const { lambdas, nLambdas = 100, lambdaMinRatio = nSamples > nFeatures ? 1e-4 : 1e-2 } = options;
  if (lambdas !== undefined) {
    if (options.nLambdas !== undefined || options.lambdaMinRatio !== undefined) {
      throw new InputError(`${where}: lambdas must come without nLambdas and lambdaMinRatio, got both`);
    }
    if (!(Object(lambdas).length > 0))
      throw mustBe(where, "lambdas", "a list of at least one number", lambdas);
    const own = Float64Array.from(lambdas, (lambda, k) => {
      if (!(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
        throw mustBe(where, `lambdas[${k}]`, "a finite number >= 0", lambda);
      }
      return lambda;
    });
    return { lambdas: own.sort((a, b) => b - a), stopsEarly: false };
  }
  if (!Number.isInteger(nLambdas) || nLambdas < 1)
    throw mustBe(where, "nLambdas", "an integer >= 1", nLambdas);
  if (!(lambdaMinRatio > 0 && lambdaMinRatio < 1)) {
    throw mustBe(where, "lambdaMinRatio", "a number strictly between 0 and 1", lambdaMinRatio);
  }
  if (lambdaMax === 0) {
    const remedy = `${obstacle}, so pass lambdas to fit the null model`;
    throw mustBe(where, "the lambda that a path starts from", "positive", lambdaMax, remedy);
  }
  const grid = Float64Array.from({ length: nLambdas }, (_, k) =>
    k === 0 ? lambdaMax : lambdaMax * lambdaMinRatio ** (k / (nLambdas - 1)),
  );
  return { lambdas: grid, stopsEarly: true };
}
