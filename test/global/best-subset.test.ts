import assert from "node:assert/strict";
import {
  compositeMcp,
  cox,
  estimatorFromJSON,
  fitFromJSON,
  logistic,
  negativeBinomial,
  poisson,
  SmoothBridge,
  SmoothLasso,
  SmoothMcp,
  SparseLinearModel,
} from "../../src";
import { simulateToeplitz } from "../../src/data";
import { BestSubset, certifyGlobal, l0 } from "../../src/global";
import { seededRandom } from "../../src/random/random";
import { coordinateDescent } from "../../src/solvers";
import { assertAtMost, assertClose } from "../support/assert-close";
import { minimumByEnumeration, TERMS } from "../support/global-minimum";
import { smallProblem } from "../support/global-problems";

/** Columns that are orthogonal to each other and to constants, of mean square 1: those of a discrete cosine transform. */
function cosines(n: number, p: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: p }, (_, j) => Math.SQRT2 * Math.cos((Math.PI * (i + 0.5) * (j + 1)) / n)),
  );
}

const data = simulateToeplitz({ nSamples: 60, nFeatures: 12, nActive: 4, rho: 0.5, seed: 3 });

describe("BestSubset", () => {
  it("is a hard threshold where columns are orthonormal", () => {
    const [n, p, lambda2] = [24, 9, 0.4];
    const X = cosines(n, p);
    const y = X.map((row, i) => 2 + row[0] + 0.6 * row[1] - 0.35 * row[2] + 0.2 * Math.sin(7 * i));
    const z = Array.from({ length: p }, (_, j) => y.reduce((sum, value, i) => sum + value * X[i][j], 0) / n);
    for (const lambda of [1e-3, 0.02, 0.06, 0.15]) {
      const fit = new BestSubset({ lambda, lambda2, standardize: false }).fit(X, y);
      assert.equal(fit.global?.status, "optimal");
      z.forEach((value, j) => {
        // b = z / (1 + lambda2) lowers the objective by z^2 / (2 (1 + lambda2)).
        const expected = value ** 2 / (2 * (1 + lambda2)) > lambda ? value / (1 + lambda2) : 0;
        assertClose(`coefficient ${j} at ${lambda}`, fit.coef[j], expected, 1e-9);
      });
    }
  });

  it("is the least of all subsets of up to 12 features, equal and constant columns among them", function () {
    this.timeout(120_000);
    for (let seed = 1; seed <= 60; seed++) {
      const { X, columns, y, lambda } = smallProblem(seed, seed % 2 === 0 ? 12 : 9);
      const lambda2 = [0, 0.02, 0.5][seed % 3];
      const model = new BestSubset({ lambda, lambda2, standardize: false, fitIntercept: false });
      const { global } = model.fit(X, y);
      const terms = columns.map(() => TERMS.l0(lambda, lambda2));
      const minimum = minimumByEnumeration(columns, y, terms, seededRandom(seed).uniform);
      const where = `seed ${seed}: [${global?.lowerBound}, ${global?.objective}] and ${minimum}`;
      assert.equal(global?.status, "optimal", where);
      assert.ok(
        global.lowerBound <= minimum * (1 + 1e-12) && global.objective <= minimum * (1 + 2e-6),
        where,
      );
    }
  });

  it("has along its path the least loss and ridge of all subsets of as many features or fewer", () => {
    const { X, y } = data;
    const subsets = Array.from({ length: 2 ** 12 }, (_, set) =>
      Array.from({ length: 12 }, (_, j) => j).filter((j) => (set >> j) & 1),
    );
    for (const lambda2 of [0, 0.3]) {
      const path = new BestSubset({ standardize: false, lambda2 }).path(X, y, { nLambdas: 25 });
      const losses = subsets.map((support) => lossOf(support, lambda2));
      for (const fit of path.fits) {
        const { length } = fit.support;
        assert.equal(fit.global?.status, "optimal");
        const least = losses.reduce(
          (best, loss, k) => (subsets[k].length <= length ? Math.min(best, loss) : best),
          Infinity,
        );
        const { objective } = fit.certificate;
        assertAtMost(`of ${fit.support}`, objective - fit.lambda * length, least + 1e-6 * objective);
      }
      assert.ok(new Set(path.df).size > 4);
    }
  });

  it("has with unequal factors the least loss of all subsets of no larger sum, and not of its size", () => {
    const { X, y } = data;
    const best = Array.from(new BestSubset({ lambda: 0.1, standardize: false }).fit(X, y).support);
    const penaltyFactors = Array.from({ length: 12 }, (_, j) => (best.includes(j) ? 4 : 1));
    const fit = new BestSubset({ lambda: 0.1, standardize: false, penaltyFactors }).fit(X, y);
    const sumOf = (support: readonly number[]): number =>
      support.reduce((sum, j) => sum + penaltyFactors[j], 0);
    const [own, size] = [Array.from(fit.support), fit.support.length];
    const loss = lossOf(own);
    let leastOfSize = Infinity;
    for (let set = 0; set < 2 ** 12; set++) {
      const support = penaltyFactors.map((_, j) => j).filter((j) => (set >> j) & 1);
      const other = lossOf(support);
      if (sumOf(support) <= sumOf(own)) assertAtMost(`of ${own}, not ${support}`, loss, other * (1 + 1e-6));
      if (support.length === size) leastOfSize = Math.min(leastOfSize, other);
    }
    assert.ok(leastOfSize < 0.99 * loss, `${leastOfSize} of ${size} features, ${loss} of the fit`);
  });

  it("takes factors, bounds and weights of rows, and proves them", () => {
    const { X, y } = data;
    const penaltyFactors = [0, Infinity, 5, ...new Array<number>(9).fill(1)];
    const sampleWeight = Array.from(y, (_, i) => 1 + (i % 3));
    const fit = new BestSubset({ lambda: 0.1, lambda2: 0.01, penaltyFactors }).fit(X, y, { sampleWeight });
    assert.equal(fit.global?.status, "optimal");
    assert.ok(fit.coef[0] !== 0 && fit.coef[1] === 0);
    const limited = new BestSubset({ lambda: 0.05, bounds: [-0.3, 0.4] }).fit(X, y);
    assert.equal(limited.global?.status, "optimal");
    assert.ok(limited.coef.every((b) => b >= -0.3 && b <= 0.4));
  });

  it("is written and read with its proof, cross-validated, and refitted without the ridge", () => {
    const { X, y } = data;
    const model = new BestSubset({ lambda: 0.1, lambda2: 0.05 });
    const fit = model.fit(X, y);
    const read = fitFromJSON(JSON.parse(JSON.stringify(fit)));
    assert.deepEqual(read.global, fit.global);
    assert.match(String(fit.summary()), /global minimum, proved to 1e-6 of the objective/);
    assert.equal(String(read.summary()), String(fit.summary()));
    const again = estimatorFromJSON(JSON.parse(JSON.stringify(model)));
    assert.deepEqual((again as BestSubset).fit(X, y).coef, fit.coef);
    assert.ok(model.crossValidate(X, y, { nLambdas: 10, folds: 4 }).best.support.length > 0);
    const refit = fit.refit();
    assert.equal(refit.status, "converged");
    assertClose("loss", refit.certificate.objective, lossOf(Array.from(fit.support)), 1e-9);
  });

  it("gives the same proof in another thread", async function () {
    this.timeout(60_000);
    const { X, y } = data;
    const model = new BestSubset({ lambda: 0.1 });
    const [here, there] = [model.fit(X, y), await model.fitAsync(X, y)];
    assert.deepEqual(there.coef, here.coef);
    assert.equal(there.global?.lowerBound, here.global?.lowerBound);
  });

  it("refuses what it cannot do, with a remedy", () => {
    const { X, y } = data;
    const make = (options: object) => () => new BestSubset(options);
    assert.throws(make({ lambda2: -1 }), /BestSubset: lambda2 must be a finite number >= 0, got -1/);
    assert.throws(make({ datafit: logistic() }), /datafit must be left out, the loss being a squared error/);
    assert.throws(make({ bounds: [-1, 1], lambda2: 1 }), /bounds must be left out with a ridge/);
    assert.throws(make({ gap: 0 }), /gap must be a number from 1e-9 on/);
    assert.throws(() => new BestSubset({ lambda: 0 }).fit(X, y), /lambda must be above 0 with a proof/);
    assert.throws(
      () => new BestSubset().path(X, y, { lambdas: [1, 0] }),
      /lambda must be above 0 with a proof/,
    );
  });

  /**
   * The least loss and ridge with these features and an intercept, by adding one column orthogonal to those before at a time; a ridge is one
   * more row a feature.
   */
  function lossOf(support: readonly number[], lambda2 = 0): number {
    const { X, y } = data;
    const n = y.length;
    const basis: number[][] = [];
    const rest = (v: number[]): number[] => {
      let left = v;
      for (let pass = 0; pass < 2; pass++)
        for (const q of basis) {
          const share = q.reduce((sum, value, i) => sum + value * left[i], 0);
          left = left.map((value, i) => value - share * q[i]);
        }
      return left;
    };
    const at = (i: number, j: number): number => X.data[i * 12 + j];
    const rows = (values: (i: number) => number, feature?: number): number[] => [
      ...Array.from({ length: n }, (_, i) => values(i)),
      ...support.map((j) => (j === feature ? Math.sqrt(n * lambda2) : 0)),
    ];
    for (const column of [rows(() => 1), ...support.map((j) => rows((i) => at(i, j), j))]) {
      const own = rest(column);
      const length = Math.hypot(...own);
      basis.push(own.map((value) => value / length));
    }
    return rest(rows((i) => y[i])).reduce((sum, value) => sum + value ** 2, 0) / (2 * n);
  }
});

describe("fit(X, y, { global })", () => {
  const { X, y } = data;

  it("proves the fit, as certifyGlobal does", () => {
    const model = new SmoothMcp({ lambda: 0.2 });
    const fit = model.fit(X, y, { global: true });
    const proof = certifyGlobal(model.fit(X, y));
    const { fit: _, ...same } = proof;
    assert.deepEqual({ ...fit.global, seconds: 0, trace: [] }, { ...same, seconds: 0, trace: [] });
    assert.deepEqual(fit.coef, proof.fit.coef);
    assert.equal(model.fit(X, y).global, undefined);
    // The proved fit can be proved again.
    assert.equal(certifyGlobal(fit).fit, fit);
  });

  it("becomes the better fit from a start in a local minimum", () => {
    const init = { coef: new Float64Array(12) };
    const model = new SparseLinearModel({ penalty: l0(), lambda: 0.05, solver: coordinateDescent(), init });
    const [stuck, proved] = [model.fit(X, y), model.fit(X, y, { global: true })];
    assertAtMost("objective", proved.certificate.objective, stuck.certificate.objective);
    assert.equal(proved.global?.objective, proved.certificate.objective);
  });

  it("answers a convex fit at once, and the root where there is no time", () => {
    for (const model of [new SmoothBridge({ q: 1, lambda: 0.1 }), new SmoothLasso({ lambda: 0.1 })]) {
      const lasso = model.fit(X, y, { global: true });
      const { objective, dualityGap } = lasso.certificate;
      assert.equal(lasso.global?.lowerBound, objective - dualityGap!);
      assert.match(String(lasso.summary()), /global minimum, proved to/);
    }
    const loose = new SmoothLasso({ lambda: 0.1, tol: 0.5, solver: coordinateDescent() });
    const [few, strict] = [0.9, 1e-9].map((gap) => loose.fit(X, y, { global: { gap } }).global!);
    assert.deepEqual([few.status, strict.status], ["optimal", "gap"]);
    // A bound is rounded up, since less is not proved.
    const said = Number(/at most (\S+) % lower/.exec(strict.claim)![1]);
    assert.ok(said >= 100 * strict.gap && said < 111 * strict.gap, strict.claim);
    const classes = Array.from(y, (value) => (value > 0 ? 1 : 0));
    const logit = new SmoothLasso({ lambda: 0.05, datafit: logistic() }).fit(X, classes, { global: true });
    assert.equal(logit.global?.status, "optimal");
    const root = new SmoothMcp({ lambda: 0.02 }).fit(X, y, { global: { timeLimit: 0 } });
    assert.ok(root.global!.lowerBound <= root.global!.objective);
    if (root.global!.status === "timeLimit")
      assert.match(String(root.summary()), /the global minimum is at most .* % lower/);
    const signal = { aborted: true };
    const ended = new SmoothMcp({ lambda: 0.02 }).fit(X, y, { global: true, signal });
    assert.ok(ended.global!.lowerBound >= 0 && ended.global!.lowerBound <= ended.global!.objective);
  });

  it("says between what the minimum is where a share of the objective says nothing", () => {
    const times = { time: Array.from(y, (value) => Math.exp(-value)), event: Array.from(y, (_, i) => i % 2) };
    const counts = Array.from(y, (value) => Math.round(20 * Math.exp(value / 4)));
    const fits = [
      new SmoothLasso({ lambda: 0.02, datafit: cox() }).fit(X, times, { global: true }),
      new SmoothLasso({ lambda: 0 }).fit(X, y, { global: true }),
      // Its loss is below zero.
      new SmoothLasso({ lambda: 0.2, datafit: poisson(), tol: 10 }).fit(X, counts, { global: { gap: 1e-9 } }),
    ];
    for (const { global, certificate } of fits) {
      assert.equal(global?.status, "gap");
      const share = /^the global minimum is at most (\S+) % lower$/.exec(global.claim);
      const ends = /^the global minimum is between (\S+) and (\S+)$/.exec(global.claim);
      assert.ok(ends || Number(share![1]) < 100, global.claim);
      if (ends === null) continue;
      assert.ok(Number(ends[1]) <= global.lowerBound && Number(ends[2]) >= certificate.objective);
    }
  });

  it("refuses before it fits", () => {
    const penalty = compositeMcp(Array.from({ length: 12 }, (_, j) => j % 4));
    assert.throws(
      () => new SparseLinearModel({ penalty, lambda: 0.1 }).fit(X, y, { global: true }),
      /SparseLinearModel.fit: penalty must be a sum over coefficients or norms of groups that states concaveRange/,
    );
    const counts = Array.from(y, (_, i) => i % 5);
    const estimated = new SmoothLasso({ lambda: 0.1, datafit: negativeBinomial({ theta: "estimate" }) });
    assert.throws(
      () => estimated.fit(X, counts, { global: true }),
      /global must be left out with a loss that has a parameter to estimate/,
    );
    const mcp = new SmoothMcp({ lambda: 0.1 });
    assert.throws(() => mcp.fit(X, y, { global: { timelimit: 1 } as never }), /did you mean "timeLimit"/);
    assert.throws(() => mcp.fit(X, y, { global: "yes" as never }), /global must be true, false or options/);
  });
});
