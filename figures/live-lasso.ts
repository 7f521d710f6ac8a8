/**
 * The lasso of the home page: its path, computed when the site is made, and the fit at one lambda, which the page computes each time that a
 * reader moves the slider. The page imports this file too, with the library as it is in a browser.
 */
import { evaluate, SmoothLasso, type SparseLinearFit, trainTestSplit } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";

const { columns, response } = loadDiabetes();
const { train, test } = trainTestSplit(columns, response, { seed: 1 });

/** What the page shows of a fit at one lambda. */
export interface DemoFit {
  /** By feature, each times the standard deviation of the feature. */
  readonly coefs: Readonly<Record<string, number>>;
  /** The mean squared error of predictions on the rows that were put aside. */
  readonly error: number;
  readonly milliseconds: number;
}

/** What the page shows before the library is there. */
export interface Demo {
  /** Features in the order in which they enter the path. */
  readonly names: readonly string[];
  /** Descending, in three digits, as the slider has them. */
  readonly lambdas: readonly number[];
  /** One list a feature, with one standardized coefficient a lambda. */
  readonly paths: readonly (readonly number[])[];
  /** Where the slider stands at first. */
  readonly start: number;
  readonly fit: DemoFit;
  readonly nTrain: number;
  readonly nTest: number;
}

/** The lambda at which the slider stands at first: nearly half of the coefficients are zero there. */
const FIRST_LAMBDA = 5;

/** Fits the training rows and predicts the others. */
export function fitAt(lambda: number): DemoFit {
  const start = performance.now();
  const fit = new SmoothLasso({ lambda }).fit(train.X, train.y);
  const milliseconds = performance.now() - start;
  const { meanSquaredError } = evaluate(fit, test.X, test.y);
  return { coefs: standardized(fit), error: meanSquaredError as number, milliseconds };
}

/** The code that does the same at a lambda, as the page shows it. */
export function demoCode(lambda: number): string {
  return `import { evaluate, SmoothLasso, trainTestSplit } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";

const { columns, response } = loadDiabetes();
const { train, test } = trainTestSplit(columns, response, { seed: 1 });
const fit = new SmoothLasso({ lambda: ${lambda} }).fit(train.X, train.y);
evaluate(fit, test.X, test.y).meanSquaredError;
`;
}

/** Computes the path and the first fit. */
export function demo(): Demo {
  const path = new SmoothLasso().path(train.X, train.y);
  const lambdas = Array.from(path.lambdas, (lambda) => Number(lambda.toPrecision(3)));
  const coefs = path.fits.map((fit) => standardized(fit as SparseLinearFit));
  const entry = (name: string): number => coefs.findIndex((fit) => fit[name] !== 0);
  const names = [...path.featureNames].sort((a, b) => entry(a) - entry(b));
  const start = lambdas.findIndex((lambda) => lambda <= FIRST_LAMBDA);
  return {
    names,
    lambdas,
    paths: names.map((name) => coefs.map((fit) => Number(fit[name].toPrecision(4)))),
    start,
    fit: fitAt(lambdas[start]),
    nTrain: train.y.length,
    nTest: test.y.length,
  };
}

function standardized(fit: SparseLinearFit): Record<string, number> {
  const all = Object.fromEntries(fit.featureNames.map((name) => [name, 0]));
  fit.support.forEach((j, k) => {
    all[fit.featureNames[j]] = fit.coef[j] * fit.supportDeviations[k];
  });
  return all;
}
