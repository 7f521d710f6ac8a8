/** What `report` refuses: parts of another kind, or of another fit. */
import assert from "node:assert/strict";
import { diagnose, evaluate, SmoothLasso } from "../../../src";
import { report } from "../../../src/plot";

/** Numbers from -1 to 1 that look drawn. */
const noise = (i: number): number => 2 * (((i * 7919) % 10_007) / 10_007) - 1;
const X = {
  a: Array.from({ length: 40 }, (_, i) => noise(i)),
  b: Array.from({ length: 40 }, (_, i) => noise(3 * i + 1)),
};
const y = X.a.map((value, i) => value + 0.3 * noise(7 * i));
const few = { folds: 4, nLambdas: 10, seed: 1 } as const;

describe("report, given what is no part of it", () => {
  const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
  const other = new SmoothLasso({ lambda: 0.2 }).fit(X, y);
  const cv = new SmoothLasso().crossValidate(X, y, few);
  const numbers = y.map((value, i) => [value, noise(i)]);
  const refusals: readonly (readonly [what: string, make: () => unknown, message: RegExp])[] = [
    [
      "a cross-validation in place of a fit",
      () => report(cv as never),
      /fit must be what fit\(X, y\) gives, .*; pass cv\.best or cv\.oneStandardError, and/,
    ],
    ["a path in place of a fit", () => report(cv.path as never), /; pass a fit of the path, and \{ path \}$/],
    ["nothing", () => report(undefined as never), /fit must be what fit\(X, y\) gives, got undefined$/],
    [
      "an unknown option",
      () => report(fit, { crossvalidation: cv } as never),
      /crossvalidation.*did you mean "crossValidation"/,
    ],
    [
      "the evaluation of another fit",
      () => report(fit, { evaluation: evaluate(other, X, y) }),
      /evaluation must be that of the fit, SmoothLasso, lambda = 0\.1, got "SmoothLasso at 0\.2"$/,
    ],
    [
      "the diagnosis of another fit",
      () => report(fit, { diagnosis: diagnose(other) }),
      /diagnosis must be that of the fit, SmoothLasso, lambda = 0\.1, got "SmoothLasso, lambda = 0\.2"$/,
    ],
    [
      "a path of other features",
      () => report(fit, { path: new SmoothLasso().path(numbers, y) }),
      /path must be one of the features of the fit/,
    ],
    [
      "a cross-validation of other features",
      () => report(fit, { crossValidation: new SmoothLasso().crossValidate(numbers, y, few) }),
      /crossValidation must be one of the features of the fit/,
    ],
    [
      "a path as cross-validation",
      () => report(fit, { crossValidation: cv.path as never }),
      /crossValidation must be what crossValidate\(X, y\) gives/,
    ],
    [
      "unknown rows",
      () => report(fit, { evaluatedOn: "new" as never }),
      /evaluatedOn must be "fit", "folds" or "test", got "new"$/,
    ],
    ["a title that is none", () => report(fit, { title: 3 as never }), /title must be a text, got 3$/],
  ];
  for (const [what, make, message] of refusals)
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(make, ({ name, message: said }: Error) => {
        assert.deepEqual([name, said.startsWith("report: ")], ["InputError", true]);
        assert.match(said, message);
        return true;
      });
    });
});
