import { readFileSync } from "node:fs";
import path from "node:path";
import {
  cox,
  type DesignInput,
  logistic,
  mcp,
  SmoothElasticNet,
  SmoothLasso,
  SparseLinearModel,
} from "../../src";
import { marginalFalseDiscovery } from "../../src/selection";
import { assertAllClose } from "../support/assert-close";
import { deviationsOf } from "../support/written-out";

interface GoldenCase {
  readonly name: string;
  readonly l1_ratio?: number;
  readonly penalty_factor?: readonly number[];
  readonly lambdas: readonly number[];
  readonly expected: readonly number[];
  readonly selected: readonly number[];
  readonly rates: readonly number[];
}

interface GoldenFile {
  readonly n: number;
  readonly p: number;
  readonly X: readonly number[];
  readonly y: readonly number[];
  readonly labels: readonly number[];
  readonly time: readonly number[];
  readonly event: readonly number[];
  readonly cases: readonly GoldenCase[];
}

const file: GoldenFile = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../test/golden/mfdr.json"), "utf8"),
);
const { n, p } = file;
const X: DesignInput = {
  data: Float64Array.from({ length: n * p }, (_, k) => file.X[Math.floor(k / p) + (k % p) * n]),
  nSamples: n,
  nFeatures: p,
};
const signedTime = file.time.map((time, i) => (file.event[i] === 1 ? time : -time));
const tol = 1e-12;
const [deviation] = deviationsOf(file.y.map((value) => [value]));
/** What the lambda of an elastic net is times that of ncvreg. */
const plain = (l1Ratio = 1): number => l1Ratio + (1 - l1Ratio) * deviation;
const fitted = {
  lasso: () => ({ estimator: new SmoothLasso({ tol }), y: file.y }),
  // ncvreg does not divide the ridge part by the deviation of the response.
  "elastic-net": ({ l1_ratio, penalty_factor }: GoldenCase) => ({
    estimator: new SmoothElasticNet({
      l1Ratio: l1_ratio! / plain(l1_ratio),
      penaltyFactors: penalty_factor,
      tol,
    }),
    y: file.y,
  }),
  mcp: () => ({ estimator: new SparseLinearModel({ penalty: mcp({ gamma: 3 }), tol }), y: file.y }),
  logistic: () => ({ estimator: new SmoothLasso({ datafit: logistic(), tol }), y: file.labels }),
  cox: () => ({ estimator: new SmoothLasso({ datafit: cox(), tol: 1e-9 }), y: signedTime }),
};

describe("marginal false discovery rates", () => {
  for (const golden of file.cases) {
    it(`are those of ncvreg: ${golden.name}`, () => {
      const { estimator, y } = fitted[golden.name as keyof typeof fitted](golden);
      const found = marginalFalseDiscovery(estimator, X, y, {
        lambdas: golden.lambdas.map((lambda) => lambda * plain(golden.l1_ratio)),
      });
      // At its largest lambda ncvreg has no coefficient yet, we have rounding to decide.
      assertAllClose("selected", found.selected.slice(1), golden.selected.slice(1), 0);
      assertAllClose("expected", found.expected.slice(1), golden.expected.slice(1), 1e-6);
      assertAllClose("rates", found.rates.slice(1), golden.rates.slice(1), 1e-6);
    });
  }
});
