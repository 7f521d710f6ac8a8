import assert from "node:assert/strict";
import { gradientDescent } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { type Anything, badData, badOptions, X, y } from "../support/bad-input";
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

for (const { name, make, construct } of estimators.filter(({ title }) => title === "SmoothLasso")) {
  describe(`${name}, given bad input,`, () => {
    for (const [what, bad, message] of badOptions) {
      it(`refuses ${what} in one sentence`, () => {
        const isOptions = Object.prototype.toString.call(bad) === "[object Object]";
        refuses(() => (isOptions ? make(bad) : construct(bad)), `${name}: ${message}`);
      });
    }

    it("refuses a datafit, parametrization or number of factors that is none", () => {
      refuses(
        () => make({ datafit: "squared" as Anything }),
        `${name}: datafit must be a datafit such as squaredError(), got "squared"`,
      );
      refuses(
        () => make({ datafit: { valueAndGradient: () => 0, curvature: () => {} } as Anything }),
        `${name}: datafit must be a datafit such as squaredError(), got an object`,
      );
      refuses(
        () => make({ parametrization: hadamardProduct as Anything }),
        `${name}: parametrization must be a parametrization such as hadamardProduct(2), got a function hadamardProduct`,
      );
      const withFactors = (penaltyFactors: Anything) => make({ lambda: 1, penaltyFactors }).fit(X, y);
      refuses(
        () => withFactors([1]),
        `${name}.fit: the length of penaltyFactors must be the number of features 2, got 1`,
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
          refuses(() => make({ lambda: 1 })[method](badX, badY), `${name}.${method}: ${message}`);
        });
      }

      it(`refuses what is no option of ${method} in one sentence`, () => {
        const run = (bad: Anything) => (make({ lambda: 1 }) as Estimator)[method](X, y, bad);
        const keys = method === "fit" ? "" : "lambdas, nLambdas, lambdaMinRatio, ";
        refuses(
          () => run({ onprogress: () => {} }),
          `${name}.${method}: every option must be one of ${keys}sampleWeight, offset, onProgress, signal, got "onprogress"`,
        );
        refuses(() => run(null), `${name}.${method}: options must be an object, got null`);
        refuses(
          () => run({ onProgress: "print" }),
          `${name}.${method}: onProgress must be a function, got "print"`,
        );
        refuses(
          () => run({ signal: new AbortController() }),
          `${name}.${method}: signal must be an AbortSignal, got a AbortController`,
        );
      });
    }

    it("refuses a fit without lambda, and names the way to see many", () => {
      refuses(
        () => make().fit(X, y),
        `${name}.fit: lambda must be given, got undefined; use path(X, y) to see a whole grid of them`,
      );
    });

    it("refuses bad grids in one sentence", () => {
      const path = (bad: Anything) => make().path(X, y, bad);
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
      const message = `${name}.path: the lambda that a path starts from must be positive, got 0; no penalized column explains any of y, so pass lambdas to fit the null model`;
      refuses(() => make().path(X, [3, 3, 3, 3]), message);
      refuses(() => make({ penaltyFactors: [0, 0] }).path(X, y), message);
      refuses(() => make({ penaltyFactors: [Infinity, Infinity] }).path(X, y), message);
      const copied = big.X.map((row) => [...row, row[0] + 2 * row[1] - 3]);
      refuses(() => make({ penaltyFactors: [0, 0, 0, 1] }).path(copied, big.y), message);
    });

    it("leaves a penalized column that free columns make up at zero, at any lambda", () => {
      const copied = big.X.map((row) => [...row, row[0] + 2 * row[1] - 3]);
      for (const lambda of [0, 1e-20, 1]) {
        const fit = make({ lambda, penaltyFactors: [0, 0, 0, 1] }).fit(copied, big.y);
        assert.equal(fit.status, "converged");
        assert.equal(fit.coef[3], 0);
      }
    });

    it("refuses a start with another number of features", () => {
      const init = make({ lambda: 1 }).fit([[1], [2], [4]], [1, 2, 3]);
      refuses(
        () => make({ lambda: 1, init }).fit(X, y),
        `${name}.fit: init must be a fit of 2 features, got 1`,
      );
    });

    it("refuses weights of a parametrization, which belong into penaltyFactors", () => {
      for (const weights of [
        [2, 1, 1],
        [1, 0.5, 1.5],
        [1, 1, 1 + 1e-6],
        [1, 8 / 7, 7 / 8], // 7/3 and 8/3 of it add up to 5 again
      ]) {
        const model = () => make({ lambda: 1, parametrization: hadamardProduct(2, { weights }) });
        const where = weights[0] === 1 ? `${name}.fit` : name;
        refuses(
          () => model().fit(big.X, big.y),
          `${where}: parametrization must induce l1 with weights 1, got hadamardProduct(2), which induces l1; weights go into penaltyFactors`,
        );
      }
      refuses(
        () => make({ parametrization: hadamardProduct(3) }),
        `${name}: parametrization must induce l1 with weights 1, got hadamardProduct(3), which induces lq(0.6667); weights go into penaltyFactors`,
      );
    });

    it("refuses a column that has no mean in 64-bit floats, excluded or not", () => {
      const extreme = X.map(([x], i) => [x, i % 2 === 0 ? 1e308 : -1e308]);
      for (const penaltyFactors of [
        [1, 1],
        [1, 0],
        [1, Infinity],
      ]) {
        refuses(
          () => make({ lambda: 1, penaltyFactors }).fit(extreme, y),
          `${name}.fit: column "x1" must be of a size below 1e140, got 1e+308; rescale it`,
        );
      }
    });

    it("refuses factors and scales whose squares are no ordinary floats", () => {
      refuses(
        () =>
          make({ lambda: 1, fitIntercept: false, standardize: false, penaltyFactors: [2 ** -1000, 1] }).fit(
            X,
            y,
          ),
        `${name}.fit: column "x0", as scaled must be of a size between 1e-140 and 1e140, got ${2 ** 1001}; rescale it`,
      );
      refuses(
        () =>
          make({ lambda: 1, standardize: false }).fit(
            X.map((row) => row.map((x) => x * 1e-200)),
            y,
          ),
        `${name}.fit: column "x0", as scaled must be of a size between 1e-140 and 1e140, got 1e-200; rescale it`,
      );
    });

    it("refuses tables to predict from that are not the training columns", () => {
      const fit = make({ lambda: 0.01 }).fit({ a: [1, 2, 3], b: [0, 1, 0] }, [1, 2, 3]);
      refuses(
        () => fit.predict({ a: [1] }),
        `${name}.predict: X must have every column of the fit, got none called "b"`,
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
      const path = make().path(X, y, { nLambdas: 3 });
      for (const [bad, shown] of [
        [-1, "-1"],
        [Infinity, "Infinity"],
        [Number.NaN, "NaN"],
        ["0.1" as Anything, '"0.1"'],
      ] as const) {
        refuses(() => path.at(bad), `SmoothLasso.path.at: lambda must be a finite number >= 0, got ${shown}`);
      }
    });

    it("takes any optimizer there is, and does not choke on an option that is undefined", () => {
      const fit = make({ lambda: 0.1, solver: gradientDescent(), init: undefined, tol: undefined }).fit(X, y);
      assert.equal(fit.status, "converged");
    });
  });
}
