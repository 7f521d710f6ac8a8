import assert from "node:assert/strict";
import { checkEstimator } from "../../src";
import { cox, type Datafit } from "../../src/datafits";
import {
  type AnyEstimator,
  MultiTaskLasso,
  QuantileLasso,
  SmoothElasticNet,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
  SvmLasso,
} from "../../src/estimators";
import { l1, type Penalty } from "../../src/penalties";
import { datafitCases } from "../support/datafit-cases";
import { estimators } from "../support/estimators";

const laws = {
  equal: "equal data give equal fits, to the last bit",
  json: "JSON gives back the same fit",
  order: "the order of the rows changes nothing",
  shift: "a constant added to a column changes only the intercept",
  unit: "the unit of a standardized column changes only its coefficient",
  weights: "a weight counts copies of a row",
  empty: "no fit is worse than the model without coefficients",
  path: "a path has finite, decreasing lambdas and begins empty",
  scales: "a converged fit has finite numbers at every scale of the data",
  degenerate: "a converged fit has finite numbers for degenerate data",
  starts: "a start anywhere gives a feasible fit that is as good",
  stops: "a run that is stopped ends with finite numbers",
  refuses: "data that are no data are refused by an InputError",
};

type FitArguments = [
  X: number[][],
  y: number[],
  run?: { sampleWeight?: number[]; signal?: { aborted: boolean } },
];

/** What a broken estimator does otherwise. */
interface Fault {
  /** Changes the arguments that the estimator sees. */
  readonly given?: (...given: FitArguments) => FitArguments;
  /** Changes fields of a fit. */
  readonly fields?: (fit: SparseLinearFit, given: FitArguments, params: AnyEstimator["params"]) => object;
  readonly lambdas?: (lambdas: Float64Array) => Float64Array;
}

/** An estimator with a fault. */
function faulty(estimator: AnyEstimator, fault: Fault): AnyEstimator {
  const { given = (...all) => all, fields = () => ({}), lambdas = (all) => all } = fault;
  const broken = {
    params: estimator.params,
    datafit: estimator.datafit,
    withParams: (changes: object) => faulty(estimator.withParams(changes), fault),
    fit(...all: FitArguments) {
      const fit = estimator.fit(...given(...all)) as SparseLinearFit;
      const changed = fields(fit, all, estimator.params);
      return {
        ...fit,
        decisionFunction: (X: number[][]) => fit.decisionFunction(X),
        toJSON: () => fit.toJSON(),
        ...changed,
      };
    },
    path(X: number[][], y: number[], options: object) {
      const path = estimator.path(X, y, options);
      return { fits: path.fits, lambdas: lambdas(path.lambdas) };
    },
  };
  return broken as unknown as AnyEstimator;
}

const lasso = new SmoothLasso();
let calls = 0;
const plus = (fit: SparseLinearFit, more: number): object => ({
  certificate: { ...fit.certificate, objective: fit.certificate.objective + more },
});

const faults: readonly (readonly [what: string, law: string, Fault])[] = [
  [
    "fits otherwise the next time",
    laws.equal,
    { fields: ({ coef }) => ({ coef: coef.map((b) => b * (1 + 1e-16 * ++calls)) }) },
  ],
  [
    "forgets its intercept in JSON",
    laws.json,
    { fields: (fit) => ({ toJSON: () => ({ ...fit.toJSON(), intercept: 0 }) }) },
  ],
  ["sees the first row most", laws.order, { fields: (fit, [X]) => plus(fit, 1e-3 * Math.abs(X[0][0])) }],
  ["sees the mean of a column", laws.shift, { fields: (fit, [X]) => plus(fit, 1e-3 * Math.abs(X[0][1])) }],
  ["sees the unit of a column", laws.unit, { fields: (fit, [X]) => plus(fit, 1e-3 * Math.abs(X[0][1])) }],
  ["ignores weights", laws.weights, { given: (X, y, { sampleWeight: _, ...run } = {}) => [X, y, run] }],
  ["is worse than nothing", laws.empty, { fields: (fit) => (fit.support.length > 0 ? plus(fit, 10) : {}) }],
  [
    "begins a path at infinity",
    laws.path,
    { lambdas: (all) => all.map((lambda, k) => (k === 0 ? Infinity : lambda)) },
  ],
  [
    "overflows",
    laws.scales,
    { fields: ({ coef }, [X]) => (Math.abs(X[0][0]) > 1e90 ? { coef: coef.map(() => Number.NaN) } : {}) },
  ],
  [
    "does not know of single rows",
    laws.degenerate,
    { given: (X, y, run) => (X.length === 1 ? [X, [Number(y[1].toFixed(3))], run] : [X, y, run]) },
  ],
  [
    "returns where it starts",
    laws.starts,
    {
      fields: (_, __, { init }) =>
        ArrayBuffer.isView(init) ? plus({ ..._ } as SparseLinearFit, Infinity) : {},
    },
  ],
  [
    "leaves a stopped run unfinished",
    laws.stops,
    { fields: ({ coef }, [, , run]) => (run?.signal ? { coef: coef.map(() => Number.NaN) } : {}) },
  ],
  [
    "takes missing values for zeros",
    laws.refuses,
    { given: (X, y, run) => [X.map((row) => row.map((x) => (Number.isNaN(x) ? 0 : x))), y, run] },
  ],
];

describe("checkEstimator", () => {
  for (const { title, make } of estimators) {
    it(`finds nothing in ${title}`, () => {
      assert.deepEqual(checkEstimator(make() as AnyEstimator, { nFeatures: 6, trials: 1 }), []);
    });
  }

  for (const { datafit } of datafitCases) {
    it(`finds nothing in a lasso with ${datafit.name} of ${datafit.nResponses}`, () => {
      assert.deepEqual(checkEstimator(new SmoothLasso({ datafit }), { trials: 1 }), []);
    });
  }

  it("finds nothing in a lasso with Efron's ties, whose weights are not copies", () => {
    assert.deepEqual(checkEstimator(new SmoothLasso({ datafit: cox({ ties: "efron" }) }), { trials: 1 }), []);
  });

  it("finds nothing in a ridge, of few columns and of many", () => {
    for (const nFeatures of [6, 40])
      assert.deepEqual(checkEstimator(new SmoothElasticNet({ l1Ratio: 0 }), { nFeatures, trials: 1 }), []);
  });

  it("finds nothing in a lasso of several tasks, however many", () => {
    const tasks = new MultiTaskLasso() as unknown as AnyEstimator;
    assert.deepEqual(checkEstimator(tasks, { trials: 1 }), []);
  });

  it("finds nothing in an exact quantile regression and support vector machine", () => {
    for (const model of [new QuantileLasso({ tau: 0.7 }), new SvmLasso()])
      assert.deepEqual(checkEstimator(model as AnyEstimator, { trials: 1 }), []);
  });

  it("finds nothing in a loss and a penalty of one's own", () => {
    /** `log cosh(y - eta)`, of numbers. */
    const logCosh = (w?: Float64Array): Datafit => {
      const { fenchelYoung, subset, weighted, ...base } = datafitCases[0].datafit;
      const weight = (i: number, n: number): number => (w?.[i] ?? 1) / n;
      const own: Datafit = {
        ...base,
        name: "logCosh",
        quadratic: false,
        hasConstantHessian: false,
        checkTarget: () => undefined,
        valueAndGradient(y, eta, gradient) {
          let sum = 0;
          for (let i = 0; i < y.length; i++) {
            const r = Math.abs(eta[i] - y[i]);
            sum += weight(i, y.length) * (r + Math.log1p(Math.exp(-2 * r)) - Math.LN2);
            gradient[i] = weight(i, y.length) * Math.tanh(eta[i] - y[i]);
          }
          return sum;
        },
        curvature(y, eta, out) {
          for (let i = 0; i < y.length; i++)
            out[i] = weight(i, y.length) * (1 - Math.tanh(eta[i] - y[i]) ** 2);
        },
        weighted: (weights) => logCosh(weights.slice()),
        saturatedValue: () => 0,
      };
      return own;
    };
    const penalty: Penalty = { ...l1(), name: "own" };
    assert.deepEqual(
      checkEstimator(new SparseLinearModel({ penalty, datafit: logCosh() }), { trials: 1 }),
      [],
    );
  });

  for (const [what, law, fault] of faults) {
    it(`finds an estimator that ${what}`, () => {
      const broken = checkEstimator(faulty(lasso, fault), { trials: 1 });
      assert.ok(
        broken.some((one) => one.law === law),
        JSON.stringify(broken),
      );
    });
  }

  it("gives counterexamples that a seed fixes", () => {
    const broken = () => checkEstimator(faulty(lasso, faults[2][2]), { seed: 7 });
    assert.deepEqual(broken(), broken());
  });

  it("refuses what is no estimator, and numbers of trials and features that are none", () => {
    const rule = "estimator must be an estimator, such as new SmoothLasso()";
    for (const [call, message] of [
      [() => checkEstimator(undefined as never), `checkEstimator: ${rule}, got undefined`],
      [
        () => checkEstimator(lasso, { trials: 0 }),
        "checkEstimator: trials must be an integer of at least 1, got 0",
      ],
      [
        () => checkEstimator(lasso, { nFeatures: 1.5 }),
        "checkEstimator: nFeatures must be an integer of at least 1, got 1.5",
      ],
    ] as const)
      assert.throws(call, { name: "InputError", message });
  });

  it("refuses an estimator that cannot have so many features", () => {
    const groups = estimators.find(({ name }) => name === "SmoothGroupLasso");
    assert.throws(() => checkEstimator(groups?.make() as AnyEstimator, { nFeatures: 5 }), {
      name: "InputError",
    });
  });
});
