import assert from "node:assert/strict";
import { type DenseMatrix, denseMatrix, seededRandom } from "../../src";
import { logistic, multinomial } from "../../src/datafits";
import {
  SmoothBridge,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../src/estimators";
import { lbfgs } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { groupMcp, mcp, scad } from "../../src/penalties";
import { alternatingRidge, type Solver, surrogateDescent, varPro } from "../../src/solvers";
import { coordinateDescent, proximalGradient } from "../../src/solvers/classical";

const [nSamples, nFeatures] = [1000, 4000];
/** Seconds of the processor until the signal is aborted: what else the machine does counts for nothing. */
const DELAY = 0.1;

const groups = Array.from({ length: nFeatures }, (_, j) => Math.floor(j / 5));
const byHand = (solver: Solver) => new SmoothLasso({ ...options(0.002), solver });

function options(lambda: number) {
  return { lambda, tol: 1e-12, maxIter: 1e6 };
}

/** Models, each of another way to a solution, that take long; the number of classes of the response, 0 for numbers. */
const MODELS = {
  lasso: [new SmoothLasso(options(0.002)), 0],
  "logistic lasso": [new SmoothLasso({ ...options(0.001), datafit: logistic() }), 2],
  "multinomial lasso": [new SmoothLasso({ ...options(0.002), datafit: multinomial() }), 3],
  "group lasso": [new SmoothGroupLasso({ ...options(0.002), groups }), 0],
  "sparse group lasso": [new SmoothSparseGroupLasso({ ...options(0.002), groups }), 0],
  bridge: [new SmoothBridge({ ...options(0.002), q: 0.5 }), 0],
  "group bridge": [new SmoothGroupBridge({ ...options(0.002), groups, q: 0.5 }), 0],
  MCP: [new SparseLinearModel({ ...options(0.01), penalty: mcp() }), 0],
  "logistic SCAD": [new SparseLinearModel({ ...options(0.003), penalty: scad(), datafit: logistic() }), 2],
  "group MCP": [new SparseLinearModel({ ...options(0.01), penalty: groupMcp(groups) }), 0],
  "lasso by a surrogate": [byHand(surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs())), 0],
  "lasso by variable projection": [byHand(varPro()), 0],
  "lasso by ridges in turn": [byHand(alternatingRidge()), 0],
  "lasso by coordinates": [byHand(coordinateDescent()), 0],
  "lasso by FISTA": [byHand(proximalGradient({ accelerated: true })), 0],
} as const;

describe("a long fit that is interrupted", function () {
  this.timeout(60_000);
  let X: DenseMatrix;
  let normals: Float64Array;
  before(() => {
    const random = seededRandom(3);
    X = denseMatrix({ nSamples, nFeatures }, (values) => {
      for (let k = 0; k < values.length; k++) {
        const left = k < nSamples ? 0 : values[k - nSamples];
        values[k] = 0.9 * left + random.normal();
      }
    });
    normals = Float64Array.from({ length: nSamples }, () => random.normal());
  });

  for (const [name, [model, nClasses]] of Object.entries(MODELS)) {
    it(`ends within a second, with finite coefficients: ${name}`, () => {
      const bounds = [[], [], [0], [-0.4, 0.4]][nClasses];
      const y = nClasses === 0 ? normals : normals.map((z) => bounds.filter((bound) => z > bound).length);
      const start = processorSeconds();
      const signal = {
        get aborted() {
          return processorSeconds() - start > DELAY;
        },
      };
      const fit = model.fit(X, y, { signal });
      const late = processorSeconds() - start - DELAY;
      assert.equal(fit.status, "interrupted");
      assert.ok(late < 1, `${late.toFixed(2)} seconds`);
      const coefs = "coefs" in fit ? fit.coefs : [fit.coef];
      for (const coef of coefs) assert.ok(coef.every(Number.isFinite));
    });
  }
});

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
