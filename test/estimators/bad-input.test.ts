import assert from "node:assert/strict";
import { squaredError } from "../../src/datafits";
import { hadamardProduct } from "../../src/parametrizations";
import {
  type Anything,
  badData,
  badOptions,
  knownOptions,
  noOptions,
  shape,
  X,
  y,
} from "../support/bad-input";
import { type Estimator, estimators } from "../support/estimators";
import { linearData } from "../support/problems";

const big = linearData(1, 20, 3);

/** What `action` throws: an InputError whose message is one sentence. */
function refuses(action: () => unknown, message: string): void {
  assert.throws(action, (error: Error) => {
    assert.equal(error.name, "InputError", `${error.stack}`);
    assert.equal(error.message, message);
    assert.equal(error.message.includes("\n"), false);
    return true;
  });
}

for (const { title, name, convex, ownOptions, construct, make, factors } of estimators) {
  // Each column of the two is a group of its own.
  const pair = (options: Anything = {}): Estimator => make(options, [0, 2]);

  describe(`${title}, given bad input,`, () => {
    for (const [what, bad, message] of badOptions) {
      it(`refuses ${what} in one sentence`, () => {
        refuses(() => make(bad), `${name}: ${message}`);
      });
    }

    it("says of what predicts that a fit does", () => {
      const model = make({ lambda: 1 }) as unknown as { predict(X: unknown): unknown };
      const remedy = "const fit = model.fit(X, y); fit.predict(X)";
      refuses(
        () => model.predict(X),
        `${name}.predict: predict must be called on a fit, got a model; ${remedy}`,
      );
      assert.deepEqual(Object.keys(Object.getPrototypeOf(Object.getPrototypeOf(model))), []);
    });

    it("refuses an unknown option, and what is no object of options, in one sentence", () => {
      const known = [knownOptions, ...ownOptions].join(", ");
      refuses(
        () => make({ lamda: 1 } as Anything),
        `${name}: every option must be one of ${known}, got "lamda"; did you mean "lambda"?`,
      );
      const refused = (key: string, remedy: string): void =>
        refuses(
          () => make({ [key]: [1, 1] } as Anything),
          `${name}: every option must be one of ${known}, got "${key}"; ${remedy}`,
        );
      refused("family", "a loss is named by datafit, such as datafit: logistic()");
      refused("C", "of n rows scikit-learn's C is lambda = 1 / (C n) here");
      refused("normalize", 'did you mean "standardize"?');
      for (const word of ["maxIterations", "max_iter", "iterations", "epochs"])
        refused(word, 'did you mean "maxIter"?');
      refused("tolerance", 'did you mean "tol"?');
      refused("sampleWeight", "fit, path and crossValidate take it, behind the data");
      refused("workers", "fit, path and crossValidate take it, behind the data");
      refused("lambdas", "path and crossValidate take it, behind the data");
      refused("alphas", "path and crossValidate take lambdas, behind the data");
      refused("nlambda", "path and crossValidate take nLambdas, behind the data");
      for (const [bad, shown] of noOptions) {
        refuses(() => construct(bad), `${name}: options must be an object, got ${shown}`);
      }
    });

    it("refuses a datafit, parametrization or number of factors that is none", () => {
      refuses(
        () => make({ datafit: "squared" as Anything }),
        `${name}: datafit must be a datafit such as squaredError(), got "squared"; import a function that makes one, such as logistic, and call it`,
      );
      refuses(
        () => make({ datafit: { valueAndGradient: () => 0, curvature: () => {} } as Anything }),
        `${name}: datafit must be a datafit such as squaredError(), got an object`,
      );
      const { determinesIntercept: _, ...incomplete } = squaredError();
      refuses(
        () => make({ datafit: incomplete as Anything }),
        `${name}: datafit.determinesIntercept must be true or false, got undefined`,
      );
      refuses(
        () => make({ parametrization: hadamardProduct as Anything }),
        `${name}: parametrization must be a parametrization such as hadamardProduct({ depth: 2 }), got a function hadamardProduct; call it`,
      );
      const withFactors = (penaltyFactors: Anything) => pair({ lambda: 1, penaltyFactors }).fit(X, y);
      const counted = ownOptions.includes("groups") ? "groups" : "features";
      refuses(
        () => withFactors([1]),
        `${name}.fit: the length of penaltyFactors must be the number of ${counted} 2, got 1`,
      );
      refuses(
        () => withFactors([[1, 1]]),
        `${name}.fit: the length of penaltyFactors must be the number of ${counted} 2, got 1; write them as one flat array`,
      );
      refuses(
        () => withFactors([[1], [1]]),
        `${name}.fit: penaltyFactors[0] must be a number >= 0 or Infinity, got an array of 1; write them as one flat array`,
      );
      refuses(
        () => withFactors([1, -1]),
        `${name}.fit: penaltyFactors[1] must be a number >= 0 or Infinity, got -1`,
      );
      refuses(
        () => withFactors([Number.NaN, 1]),
        `${name}.fit: penaltyFactors[0] must be a number >= 0 or Infinity, got NaN`,
      );
      refuses(
        () => withFactors("12"),
        `${name}.fit: penaltyFactors[0] must be a number >= 0 or Infinity, got "1"`,
      );
    });

    for (const method of ["fit", "path"] as const) {
      for (const [what, badX, badY, message] of badData) {
        it(`refuses ${what} in ${method} in one sentence`, () => {
          refuses(() => pair({ lambda: 1 })[method](badX, badY), `${name}.${method}: ${message}`);
        });
      }

      it(`refuses what is no option of ${method} in one sentence`, () => {
        const run = (bad: Anything) => pair({ lambda: 1 })[method](X, y, bad);
        const keys = method === "fit" ? "" : "lambdas, nLambdas, lambdaMinRatio, ";
        refuses(
          () => run({ onprogress: () => {} }),
          `${name}.${method}: every option must be one of ${keys}sampleWeight, offset, onProgress, signal, workers, global, got "onprogress"; did you mean "onProgress"?`,
        );
        const words: readonly (readonly string[])[] = [
          ["alphas", 'did you mean "lambdas"?', "path and crossValidate take lambdas, behind the data"],
          ["n_alphas", 'did you mean "nLambdas"?', "path and crossValidate take nLambdas, behind the data"],
          [
            "eps",
            'did you mean "lambdaMinRatio"?',
            "path and crossValidate take lambdaMinRatio, behind the data",
          ],
          ["lambda", 'did you mean "lambdas"?', "lambda is an option of the estimator"],
          ["tol", "tol is an option of the estimator", "tol is an option of the estimator"],
        ];
        for (const [word, ofPath, ofFit] of words)
          refuses(
            () => run({ [word]: 1 }),
            `${name}.${method}: every option must be one of ${keys}sampleWeight, offset, onProgress, signal, workers, global, got "${word}"; ${method === "fit" ? ofFit : ofPath}`,
          );
        refuses(() => run(null), `${name}.${method}: options must be an object, got null`);
        refuses(
          () => run({ onProgress: "print" }),
          `${name}.${method}: onProgress must be a function, got "print"`,
        );
        refuses(
          () => run({ signal: new AbortController() }),
          `${name}.${method}: signal must be an AbortSignal, got an AbortController`,
        );
      });
    }

    it("refuses a fit without lambda, and names the way to see many", () => {
      refuses(
        () => pair().fit(X, y),
        `${name}.fit: lambda must be given, got undefined; use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one`,
      );
    });

    it("refuses bad grids in one sentence", () => {
      const path = (bad: Anything) => pair().path(X, y, bad);
      refuses(
        () => path({ lambdas: [] }),
        `${name}.path: lambdas must be a list of at least one number, got an array of 0`,
      );
      refuses(
        () => path({ lambdas: null }),
        `${name}.path: lambdas must be a list of at least one number, got null`,
      );
      refuses(
        () => path({ lambdas: 3 }),
        `${name}.path: lambdas must be a list of at least one number, got 3`,
      );
      refuses(
        () => path({ lambdas: [1, -1] }),
        `${name}.path: lambdas[1] must be a finite number >= 0, got -1`,
      );
      refuses(
        () => path({ lambdas: ["1"] }),
        `${name}.path: lambdas[0] must be a finite number >= 0, got "1"`,
      );
      refuses(() => path({ nLambdas: 0 }), `${name}.path: nLambdas must be an integer >= 1, got 0`);
      for (const ratio of [0, 1, Number.NaN]) {
        refuses(
          () => path({ lambdaMinRatio: ratio }),
          `${name}.path: lambdaMinRatio must be a number strictly between 0 and 1, got ${ratio}`,
        );
      }
      refuses(
        () => path({ lambdas: [1], nLambdas: 5 }),
        `${name}.path: lambdas must come without nLambdas and lambdaMinRatio, got both`,
      );
    });

    it("refuses a path that has nowhere to start, and says what would do", () => {
      const because = (obstacle: string): string =>
        `${name}.path: the lambda that a path starts from must be positive, got 0; ${obstacle}, so pass lambdas to fit the null model`;
      const nothing = because("the response leaves nothing to explain beyond the unpenalized part");
      refuses(() => pair().path(X, [3, 3, 3, 3]), nothing);
      refuses(() => pair().path(X, [0, 0, 0, 0]), nothing);
      const unpenalized = because("no feature that varies is penalized");
      refuses(() => pair(factors([0, 0], [0, 2])).path(X, y), unpenalized);
      refuses(() => pair(factors([0, 0], [0, 2])).path(X, [0, 0, 0, 0]), unpenalized);
      refuses(() => pair(factors([Infinity, Infinity], [0, 2])).path(X, y), unpenalized);
      refuses(() => pair().path([[1, 2]], [3]), because("X has a single row, in which no feature varies"));
      const message = because("no penalized column explains any of y");
      const copied = big.X.map((row) => [...row, row[0] + 2 * row[1] - 3]);
      refuses(() => make(factors([0, 0, 0, 1]), [0, 1, 2, 3]).path(copied, big.y), message);
    });

    it("leaves a penalized column that free columns make up at zero, at any lambda", () => {
      const copied = big.X.map((row) => [...row, row[0] + 2 * row[1] - 3]);
      for (const lambda of [0, 1e-20, 1]) {
        const fit = make({ lambda, ...factors([0, 0, 0, 1]) }, [0, 1, 2, 3]).fit(copied, big.y);
        assert.equal(fit.status, "converged");
        assert.equal(fit.coef[3], 0);
      }
    });

    it("refuses a start with another number of features", () => {
      const init = make({ lambda: 1 }, [0]).fit([[1], [2], [4]], [1, 2, 3]);
      refuses(() => pair({ lambda: 1, init }).fit(X, y), `${name}.fit: init must be of 2 features, got 1`);
    });

    it("refuses a column that has no mean in 64-bit floats, excluded or not", () => {
      const extreme = X.map(([x], i) => [x, i % 2 === 0 ? 1e308 : -1e308]);
      for (const perColumn of [
        [1, 1],
        [1, 0],
        [1, Infinity],
      ]) {
        refuses(
          () => pair({ lambda: 1, ...factors(perColumn, [0, 2]) }).fit(extreme, y),
          `${name}.fit: column "x1" must be of a size below 1e140, got 1e+308; rescale it`,
        );
      }
    });

    it("refuses to predict at entries that it would refuse to fit", () => {
      const fit = pair({ lambda: 1 }).fit(X, y);
      const message = 'column "x1" must be of a size below 1e140, got 1e+308; rescale it';
      refuses(() => fit.predict([[1, -1e308]]), `${name}.predict: ${message}`);
    });

    it("refuses scales whose squares are no ordinary floats", () => {
      const tiny = X.map((row) => row.map((x) => x * 1e-200));
      refuses(
        () => pair({ lambda: 1, standardize: false }).fit(tiny, y),
        `${name}.fit: column "x0", as scaled must be of a size between 1e-140 and 1e140, got 1e-200; rescale it`,
      );
    });

    it("refuses tables to predict from that are not the training columns", () => {
      const fit = pair({ lambda: 0.01 }).fit({ a: [1, 2, 3], b: [0, 1, 0] }, [1, 2, 3]);
      refuses(
        () => fit.predict({ a: [1] }),
        `${name}.predict: X must have every column of the fit, got none called "b"`,
      );
      refuses(
        () => fit.predict([1, 2] as Anything),
        `${name}.predict: X must be ${shape}, got an array of 2; write one row as [[1, 2, 3]], one column as [[1], [2], [3]]`,
      );
      refuses(() => fit.predict([[1, 2, 3]]), `${name}.predict: X must have 2 columns as in the fit, got 3`);
      refuses(
        () => fit.predict({ b: [1], a: [Number.NaN] }),
        `${name}.predict: column "a", row 0 must be a finite number, got NaN; drop or impute missing values first`,
      );
      refuses(() => fit.score([[1, 2]], [1, 2]), `${name}.score: X has 1 rows but y has 2`);
      refuses(
        () => fit.predict([]),
        `${name}.predict: X must have at least one row and one column, got 0 rows and 0 columns`,
      );
    });

    it("refuses a lambda to read a path at that is none", () => {
      const path = pair().path(X, y, { nLambdas: 3 });
      for (const [bad, shown] of [
        [-1, "-1"],
        [Infinity, "Infinity"],
        [Number.NaN, "NaN"],
        ["0.1" as Anything, '"0.1"'],
      ] as const) {
        refuses(() => path.at(bad), `${name}.path.at: lambda must be a finite number >= 0, got ${shown}`);
      }
    });

    it("does not choke on an option that is undefined", () => {
      const fit = pair({ lambda: 0.1, init: undefined, tol: undefined }).fit(X, y);
      assert.equal(fit.status, "converged");
      assert.ok(!convex || fit.certificate.dualityGap! <= 1e-7);
    });
  });
}
