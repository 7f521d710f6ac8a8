import assert from "node:assert/strict";
import {
  type Bound,
  bounded,
  huber,
  logistic,
  logSum,
  lq,
  mcp,
  negativeBinomial,
  type Penalty,
  poisson,
  SmoothMcp,
  type SparseLinearFit,
  SparseLinearModel,
  scad,
  seededRandom,
} from "../../src";
import { certifyGlobal, l0 } from "../../src/global";
import { assertAtMost, assertClose } from "../support/assert-close";
import { type Family, type GlmProblem, glmObjective, leastOfGlm } from "../support/glm-minimum";
import { type ConcaveTerm, TERMS } from "../support/global-minimum";
import { warningsOf } from "../support/warnings";

/** Rows of correlated features, and classes or counts that depend on some of them. */
function data(
  seed: number,
  family: Family,
  n: number,
  p: number,
): { X: number[][]; y: number[]; random: () => number } {
  const random = seededRandom(seed);
  const X = Array.from({ length: n }, () => {
    const shared = random.normal();
    return Array.from({ length: p }, () => 0.6 * shared + 0.8 * random.normal());
  });
  if (seed % 3 === 0) for (const row of X) row[1] = row[0];
  if (seed % 4 === 0) for (const row of X) row[2] = -row[0];
  if (seed % 5 === 0) for (const row of X) row[p - 1] = 0;
  const y = X.map((row) => {
    const eta = 0.4 + 1.1 * row[0] - 0.9 * row[p - 2];
    if (family === "logistic") return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    let [count, product] = [0, random.uniform()];
    while (product > Math.exp(-Math.exp(0.5 * eta)) && count < 30) {
      count++;
      product *= random.uniform();
    }
    return count;
  });
  return { X, y, random: random.uniform };
}

const columnsOf = (X: number[][]): number[][] => X[0].map((_, j) => X.map((row) => row[j]));

const DATAFITS = { logistic: logistic(), poisson: poisson() };

const CASES: readonly { penalty: Penalty; term: (lambda: number) => ConcaveTerm }[] = [
  { penalty: lq({ q: 0.5 }), term: (lambda) => TERMS.bridge(lambda, 0.5) },
  { penalty: mcp({ gamma: 3 }), term: (lambda) => TERMS.mcp(lambda, 3) },
  { penalty: scad({ gamma: 3.7 }), term: (lambda) => TERMS.scad(lambda, 3.7) },
  { penalty: l0({ lambda2: 0.05 }), term: (lambda) => TERMS.l0(lambda, 0.05) },
  { penalty: logSum({ epsilon: 0.2 }), term: (lambda) => TERMS.logSum(lambda, 0.2) },
];

describe("certifyGlobal of losses that are not quadratic", function () {
  this.timeout(120_000);

  for (const family of ["logistic", "poisson"] as const)
    for (const { penalty, term } of CASES)
      it(`has no bound above what descents on all supports find, and nothing higher itself: ${family}, ${penalty.name}`, () => {
        for (let seed = 1; seed <= 10; seed++) {
          const { X, y, random } = data(seed, family, 40, 4);
          const lambda = 0.03 + 0.12 * random();
          const model = { penalty, datafit: DATAFITS[family], lambda, standardize: false, tol: 1e-6 };
          const proof = certifyGlobal(new SparseLinearModel(model).fit(X, y), { timeLimit: 30 });
          const problem: GlmProblem = {
            family,
            columns: [X.map(() => 1), ...columnsOf(X)],
            terms: [undefined, ...X[0].map(() => term(lambda))],
            y,
          };
          const { objective } = leastOfGlm(problem, random);
          const where = `seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${objective}`;
          assert.equal(proof.status, "optimal", where);
          assert.ok(proof.lowerBound <= objective + 1e-12, where);
          assert.ok(proof.objective <= objective + 2e-6 * Math.abs(objective), where);
          const own = glmObjective(problem, [proof.fit.intercept, ...proof.fit.coef]);
          assertClose("objective of the fit", own, proof.objective, 1e-9);
          for (let trial = 0; trial < 200; trial++) {
            const b = [0, ...proof.fit.coef].map((value) => (random() < 0.3 ? value : 4 * random() - 2));
            assertAtMost(where, proof.lowerBound, glmObjective(problem, b));
          }
        }
      });

  it("accounts for weights of rows, an offset, weights of terms and an unpenalized column", () => {
    for (const family of ["logistic", "poisson"] as const)
      for (let seed = 1; seed <= 6; seed++) {
        const { X, y, random } = data(seed, family, 50, 5);
        const given = y.map(() => 0.2 + 2 * random());
        const mean = given.reduce((a, b) => a + b) / y.length;
        const offset = y.map(() => random() - 0.5);
        const factors = [1, 0.5, 0, 2, 1];
        const penalty = lq({ q: 0.5, weights: Float64Array.from(factors, (factor) => factor || 1) });
        const penaltyFactors = factors.map((factor) => (factor === 0 ? 0 : 1));
        const lambda = 0.05 + 0.1 * random();
        const model = { penalty, datafit: DATAFITS[family], lambda, standardize: false, penaltyFactors };
        const fit = new SparseLinearModel(model).fit(X, y, { sampleWeight: given, offset });
        const proof = certifyGlobal(fit);
        const problem: GlmProblem = {
          family,
          columns: [X.map(() => 1), ...columnsOf(X)],
          terms: [
            undefined,
            ...factors.map((factor) => (factor ? TERMS.bridge(lambda * factor, 0.5) : undefined)),
          ],
          y,
          weights: given.map((weight) => weight / mean),
          offset,
        };
        const { objective } = leastOfGlm(problem, random);
        const where = `${family}, seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${objective}`;
        assert.equal(proof.status, "optimal", where);
        assert.ok(proof.lowerBound <= objective + 1e-12, where);
        assert.ok(proof.objective <= objective + 2e-6 * Math.abs(objective), where);
      }
  });

  it("keeps signs and bounds", () => {
    const { X, y, random } = data(7, "logistic", 60, 4);
    const bounds: Bound = [-0.3, 0.4];
    const base = { datafit: logistic(), lambda: 0.03, standardize: false };
    const fit = new SparseLinearModel({ ...base, penalty: bounded(lq({ q: 0.5 }), bounds) }).fit(X, y);
    const proof = certifyGlobal(fit);
    assert.equal(proof.status, "optimal");
    assert.ok(proof.fit.coef.every((b) => b >= -0.3 && b <= 0.4));
    assert.equal(proof.box, undefined);
    const problem: GlmProblem = {
      family: "logistic",
      columns: [X.map(() => 1), ...columnsOf(X)],
      terms: [undefined, ...X[0].map(() => TERMS.bridge(0.03, 0.5))],
      y,
    };
    let least = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 20_000; trial++) {
      const b = [proof.fit.intercept + 0.2 * (random() - 0.5)];
      for (const own of proof.fit.coef) {
        const near = random() < 0.5 ? own + 0.02 * (random() - 0.5) : 0.7 * random() - 0.3;
        b.push(random() < 0.2 ? 0 : Math.min(Math.max(near, -0.3), 0.4));
      }
      least = Math.min(least, glmObjective(problem, b));
    }
    assertAtMost("bound", proof.lowerBound, least);
    assertAtMost("minimum", proof.objective, least * (1 + 1e-6));
  });

  it("holds within a box where classes are separated and the penalty is constant far out, as there is no minimum", () => {
    const X = Array.from({ length: 20 }, (_, i) => [i - 9.5, Math.sin(i)]);
    const y = X.map(([x]) => (x > 0 ? 1 : 0));
    const model = { penalty: mcp({ gamma: 3 }), datafit: logistic(), lambda: 0.2, standardize: false };
    let fit: SparseLinearFit | undefined;
    const warnings = warningsOf(() => {
      fit = new SparseLinearModel(model).fit(X, y);
    });
    assert.match(String(warnings), /no finite coefficients are best/);
    const proof = certifyGlobal(fit!);
    const problem: GlmProblem = {
      family: "logistic",
      columns: [X.map(() => 1), ...columnsOf(X)],
      terms: [undefined, TERMS.mcp(0.2, 3), TERMS.mcp(0.2, 3)],
      y,
    };
    // The loss goes to zero along the first column, and leaves one constant term: 0.06.
    const far = glmObjective(problem, [0, 200, 0]);
    assertClose("infimum", far, (3 * 0.2 ** 2) / 2, 1e-12);
    assert.notEqual(proof.box, undefined);
    assert.match(proof.claim, /within the box/);
    for (let k = 0; k <= 100; k++) {
      const b = (proof.box![0] * k) / 100;
      assertAtMost(`bound at ${b}`, proof.lowerBound, glmObjective(problem, [0, b, 0]));
    }
    // A bridge rises without bound, so that there is a minimum.
    const bridge = new SparseLinearModel({ ...model, penalty: lq({ q: 0.5 }) }).fit(X, y);
    const own = certifyGlobal(bridge);
    assert.deepEqual([own.status, own.box], ["optimal", undefined]);
    const terms = [undefined, TERMS.bridge(0.2, 0.5), TERMS.bridge(0.2, 0.5)];
    const { objective } = leastOfGlm({ ...problem, terms }, seededRandom(1).uniform, 10);
    assertAtMost("bound of the bridge", own.lowerBound, objective);
    assertAtMost("bridge", own.objective, objective * (1 + 2e-6));
  });

  it("gives the bound of the root at once, and the same numbers on every run", () => {
    const { X, y } = data(8, "logistic", 60, 6);
    const fit = new SmoothMcp({ datafit: logistic(), lambda: 0.06 }).fit(X, y);
    const [first, second] = [certifyGlobal(fit), certifyGlobal(fit)];
    assert.deepEqual([first.lowerBound, first.nodes], [second.lowerBound, second.nodes]);
    const root = certifyGlobal(fit, { timeLimit: 0 });
    assertAtMost("root", root.lowerBound, first.objective);
    assertAtMost("nodes", root.nodes, 2);
    assert.ok(root.lowerBound > 0);
    const { global } = new SmoothMcp({ datafit: logistic(), lambda: 0.06 }).fit(X, y, { global: true });
    assert.equal(global!.status, "optimal");
  });

  it("refuses losses that state no selfConcordance, or have a parameter to estimate", () => {
    const { X, y } = data(9, "poisson", 40, 4);
    const fitOf = (options: object) =>
      new SparseLinearModel({ penalty: mcp(), lambda: 0.1, ...options }).fit(X, y);
    assert.throws(
      () => certifyGlobal(fitOf({ datafit: huber({ delta: 1 }) })),
      /datafit must be a squared error, or a loss that states its selfConcordance, such as logistic or poisson, where the penalty is not convex, got/,
    );
    assert.throws(
      () => certifyGlobal(fitOf({ datafit: negativeBinomial({ theta: "estimate" }) })),
      /parameter to estimate/,
    );
  });
});
