import assert from "node:assert/strict";
import {
  type GroupPenalty,
  groupLpq,
  groupLq,
  groupMcp,
  logistic,
  lq,
  mcp,
  type Penalty,
  poisson,
  SmoothGroupBridge,
  SmoothGroupMcp,
  SmoothGroupScad,
  SparseLinearModel,
  seededRandom,
} from "../../src";
import { certifyGlobal } from "../../src/global";
import { assertAtMost, assertClose } from "../support/assert-close";
import { type GlmProblem, glmObjective, leastOfGlm } from "../support/glm-minimum";
import { type ConcaveTerm, TERMS } from "../support/global-minimum";
import { GROUP_CASES, type GroupProblem, glmOf, groupProblem } from "../support/group-problems";

/** Columns that are orthogonal to each other and to constants, of mean square 1: those of a discrete cosine transform. */
function cosines(n: number, p: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: p }, (_, j) => Math.SQRT2 * Math.cos((Math.PI * (i + 0.5) * (j + 1)) / n)),
  );
}

function fitOf({ X, y, sampleWeight, lambda }: GroupProblem, penalty: Penalty, options: object = {}) {
  const model = new SparseLinearModel({ penalty, lambda, standardize: false, tol: 1e-5, ...options });
  return model.fit(X, y, { sampleWeight });
}

/** Asserts that nothing that descents on all sets of groups find is below a bound, and little is below the objective. */
function assertProved(
  where: string,
  proof: ReturnType<typeof certifyGlobal>,
  problem: GlmProblem,
  uniform: () => number,
): void {
  const { box = new Float64Array(problem.columns.length - 1).fill(Infinity) } = proof;
  const isWithin = (b: readonly number[]): boolean => box.every((limit, j) => Math.abs(b[j + 1]) <= limit);
  const { objective } = leastOfGlm(problem, uniform, 3, isWithin);
  const said = `${where}: [${proof.lowerBound}, ${proof.objective}], ${proof.status}, and ${objective}`;
  assert.ok(proof.lowerBound <= objective * (1 + 1e-11), said);
  assert.ok(proof.objective <= objective * (1 + 2e-6), said);
}

describe("certifyGlobal of penalties on groups", function () {
  this.timeout(120_000);

  it("is the sum of closed forms of norms where columns are orthonormal", () => {
    const [n, p, lambda] = [20, 9, 0.3];
    const X = cosines(n, p);
    const labels = [0, 1, 0, 1, 1, 2, 3, 3, 2];
    const y = X.map((row, i) => row[0] + 0.5 * row[1] - 0.35 * row[2] + 0.4 * row[5] + 0.1 * Math.sin(i));
    const z = Array.from({ length: p }, (_, j) => y.reduce((sum, value, i) => sum + value * X[i][j], 0) / n);
    const mean = y.reduce((a, b) => a + b) / n;
    const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (2 * n);
    // Of MCP: soft thresholding stretched by gamma / (gamma - 1) up to gamma lambda (Breheny and Huang 2015).
    const firm = (t: number): number => {
      const r = t > 3 * lambda ? t : Math.max(((t - lambda) * 3) / 2, 0);
      return (r * r) / 2 - t * r + TERMS.mcp(lambda, 3).value(r);
    };
    const norms = [0, 1, 2, 3].map((g) => Math.hypot(...z.filter((_, j) => labels[j] === g)));
    const expected = norms.reduce((sum, size) => sum + firm(size), total);
    const model = { lambda, standardize: false, penaltyFactors: [1, 1, 1, 1] };
    const proof = certifyGlobal(new SmoothGroupMcp({ groups: labels, gamma: 3, ...model }).fit(X, y));
    assert.equal(proof.status, "optimal");
    assertClose("objective", proof.objective, expected, 1e-6);
    assertAtMost("bound", proof.lowerBound, expected * (1 + 1e-12));
  });

  for (const { name, penaltyOf, term } of GROUP_CASES) {
    it(`has no bound above what descents on all sets of groups find, and nothing higher itself: ${name}`, () => {
      for (let seed = 1; seed <= 24; seed++) {
        const problem = groupProblem(seed);
        const { X, y, labels, weights } = problem;
        const hasFewRows = y.length <= X[0].length;
        const fit = fitOf(problem, penaltyOf(labels, { weights }));
        const proof = certifyGlobal(fit, { timeLimit: hasFewRows ? 0.3 : 30 });
        const own = glmOf(problem, term);
        assertProved(`seed ${seed}`, proof, own, seededRandom(seed).uniform);
        if (!hasFewRows) assert.equal(proof.status, "optimal", `seed ${seed}`);
        const found = glmObjective(own, [proof.fit.intercept, ...proof.fit.coef]);
        assertClose("objective of the fit", found, proof.objective, 1e-9);
      }
    });
  }

  it("proves what it does for coefficients of groups of one", () => {
    const pairs: [GroupPenalty, Penalty][] = [];
    const labels = [0, 1, 2, 3, 4];
    const weights = [1, 0.5, 2, 1, 1.5];
    pairs.push([groupLq(labels, { q: 0.5, weights }), lq({ q: 0.5, weights })]);
    pairs.push([groupMcp(labels, { weights }), mcp({ weights })]);
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed);
      const X = Array.from({ length: 25 }, () => {
        const shared = random.normal();
        return labels.map(() => shared + 0.5 * random.normal());
      });
      const y = X.map((row) => row[0] - 0.7 * row[3] + random.normal());
      const problem = { X, y, labels, weights, sampleWeight: y.map(() => 1), lambda: 0.2 };
      for (const penalties of pairs) {
        const [group, separable] = penalties.map((penalty) => certifyGlobal(fitOf(problem, penalty)));
        assert.deepEqual([group.status, separable.status], ["optimal", "optimal"]);
        assertClose(`objective, seed ${seed}`, group.objective, separable.objective, 1e-6);
        assertAtMost("bound of groups", group.lowerBound, separable.objective);
        assertAtMost("bound of coefficients", separable.lowerBound, group.objective);
      }
    }
  });

  it("accounts for weights of rows, free and excluded groups, and columns that are made orthonormal", () => {
    const families: [
      typeof SmoothGroupBridge | typeof SmoothGroupScad,
      object,
      (l: number) => ConcaveTerm,
    ][] = [
      [SmoothGroupBridge, { q: 0.5 }, (lambda) => TERMS.bridge(lambda, 0.5)],
      [SmoothGroupScad, { gamma: 3.7 }, (lambda) => TERMS.scad(lambda, 3.7)],
    ];
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed);
      const groups = [0, 0, 1, 2, 2, 3, 0];
      const X = Array.from({ length: 30 }, () => {
        const shared = random.normal();
        return groups.map((_, j) => (1 + j) * (0.5 * shared + random.normal()));
      });
      const y = X.map((row) => 2 + 0.7 * row[0] - 0.3 * row[3] + 0.1 * row[2] + 2 * random.normal());
      const sampleWeight = y.map(() => 0.3 + random.uniform());
      const penaltyFactors = [1.5, 0, 0.8, seed % 2 === 0 ? 1 : Infinity];
      const lambda = 0.1 + 0.3 * random.uniform();
      const mean = sampleWeight.reduce((a, b) => a + b) / y.length;
      const roots = sampleWeight.map((weight) => Math.sqrt(weight / mean));
      const kept = groups.flatMap((g, j) => (penaltyFactors[g] < Infinity ? [j] : []));
      for (const standardize of [true, "groups"] as const)
        for (const [Estimator, options, term] of families) {
          const model = new Estimator({ groups, lambda, standardize, penaltyFactors, tol: 1e-5, ...options });
          const proof = certifyGlobal(model.fit(X, y, { sampleWeight }));
          assert.equal(proof.status, "optimal");
          // Centred by weight, and divided by the deviations, or made orthonormal group by group.
          const made = new Map<number, number[][]>();
          const columns = kept.map((j) => {
            const column = X.map((row) => row[j]);
            const center = column.reduce((sum, x, i) => sum + x * roots[i] ** 2, 0) / y.length;
            let own = column.map((x) => x - center);
            const inner = (a: readonly number[], b: readonly number[]): number =>
              a.reduce((sum, x, i) => sum + x * b[i] * roots[i] ** 2, 0) / y.length;
            if (penaltyFactors[groups[j]] === 0) return own;
            const before = made.get(groups[j]) ?? [];
            if (standardize === "groups")
              for (const other of before) {
                const share = inner(own, other);
                own = own.map((x, i) => x - share * other[i]);
              }
            const deviation = Math.sqrt(inner(own, own));
            own = own.map((x) => x / deviation);
            made.set(groups[j], [...before, own]);
            return own;
          });
          const problem: GlmProblem = {
            family: "gaussian",
            columns: [y.map(() => 1), ...columns],
            terms: [
              undefined,
              ...kept.map((j) => {
                const factor = penaltyFactors[groups[j]];
                return factor === 0 ? undefined : term(lambda * factor);
              }),
            ],
            groups: [-1, ...kept.map((j) => groups[j])],
            y,
            weights: roots.map((root) => root ** 2),
          };
          assertProved(`seed ${seed}, ${standardize}`, proof, problem, random.uniform);
        }
    }
  });

  for (const [family, datafit] of [
    ["logistic", logistic()],
    ["poisson", poisson()],
  ] as const)
    it(`holds for losses that are not quadratic: ${family}`, () => {
      for (const { name, penaltyOf, term } of GROUP_CASES)
        for (let seed = 1; seed <= 3; seed++) {
          const random = seededRandom(seed);
          const labels = [0, 0, 1, 2, 2];
          const weights = [1.4, 1, 1.2];
          const X = Array.from({ length: 40 }, () => {
            const shared = random.normal();
            return labels.map(() => 0.6 * shared + 0.8 * random.normal());
          });
          if (seed === 3) for (const row of X) row[1] = row[0];
          const y = X.map((row) => {
            const eta = 0.3 + row[0] - 0.8 * row[2];
            if (family === "logistic") return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
            return Math.round(Math.exp(0.5 * eta) * (0.5 + random.uniform()));
          });
          const lambda = 0.05 + 0.1 * random.uniform();
          const problem = { X, y, labels, weights, sampleWeight: y.map(() => 1), lambda };
          const proof = certifyGlobal(fitOf(problem, penaltyOf(labels, { weights }), { datafit }));
          assert.equal(proof.status, "optimal", `${name}, seed ${seed}`);
          assertProved(`${name}, seed ${seed}`, proof, glmOf(problem, term, family), random.uniform);
        }
    });

  it("holds within a box where nothing bounds the norms", () => {
    const random = seededRandom(3);
    const labels = [0, 0, 0, 1, 1, 2, 2, 2, 3];
    const X = Array.from({ length: 6 }, () => labels.map(() => random.normal()));
    const y = X.map((row) => row[0] - row[3] + 0.3 * random.normal());
    const problem = { X, y, labels, weights: [1, 1, 1, 1], sampleWeight: y.map(() => 1), lambda: 0.3 };
    const proof = certifyGlobal(fitOf(problem, groupMcp(labels)), { timeLimit: 1 });
    const { box } = proof;
    assert.equal(box!.length, 9);
    assert.ok(proof.fit.coef.every((b, j) => Math.abs(b) < box![j]));
    assert.match(String(proof), /among coefficients within the box/);
    const own = glmOf(problem, (lambda) => TERMS.mcp(lambda, 3));
    for (let trial = 0; trial < 5000; trial++) {
      const b = Array.from(box!, (limit, j) => {
        const near = random.uniform() < 0.5 ? proof.fit.coef[j] : 0;
        return random.uniform() < 0.5 ? near : (2 * random.uniform() - 1) * limit;
      });
      const level = random.uniform() < 0.5 ? proof.fit.intercept : random.normal();
      assertAtMost("bound", proof.lowerBound, glmObjective(own, [level, ...b]));
    }
    // A bridge rises without end.
    const bridge = certifyGlobal(fitOf(problem, groupLq(labels, { q: 0.5 })), { timeLimit: 1 });
    assert.equal(bridge.box, undefined);
  });

  it("gives the bound of the root at once, keeps its bound when interrupted, and the same numbers on every run", () => {
    const random = seededRandom(5);
    const labels = Array.from({ length: 24 }, (_, j) => j >> 1);
    const X = Array.from({ length: 60 }, () => {
      const shared = random.normal();
      return labels.map(() => shared + 0.7 * random.normal());
    });
    const y = X.map((row) => row[0] + row[1] - row[4] + 0.5 * row[9] + random.normal());
    const groups = { groups: labels, lambda: 0.08 };
    const fit = new SmoothGroupMcp(groups).fit(X, y);
    const [first, second] = [certifyGlobal(fit), certifyGlobal(fit)];
    assert.equal(first.status, "optimal");
    assert.deepEqual(
      [first.lowerBound, first.nodes, first.objective],
      [second.lowerBound, second.nodes, second.objective],
    );
    const root = certifyGlobal(fit, { timeLimit: 0 });
    assertAtMost("root", root.nodes, 2);
    assert.ok(root.lowerBound > 0 && root.lowerBound <= first.objective);
    let asked = 0;
    const signal = {
      get aborted() {
        asked++;
        return asked > 60;
      },
    };
    const ended = certifyGlobal(fit, { signal });
    assert.equal(ended.status, "interrupted");
    assert.ok(ended.lowerBound >= root.lowerBound && ended.lowerBound <= first.objective);
    const proved = new SmoothGroupMcp(groups).fit(X, y, { global: true });
    assert.deepEqual([proved.global?.status, proved.global?.nodes], ["optimal", first.nodes]);
    assert.match(String(proved.summary()), /global minimum, proved to/);
    const path = new SmoothGroupScad({ groups: labels }).path(X, y, { lambdas: [0.4, 0.2], global: true });
    assert.deepEqual(
      path.fits.map(({ global }) => global?.status),
      ["optimal", "optimal"],
    );
  });

  it("returns the better fit where a descent ends in a local minimum", () => {
    const random = seededRandom(1);
    const X = Array.from({ length: 30 }, () => {
      const shared = random.normal();
      return Array.from({ length: 8 }, () => shared + 0.4 * random.normal());
    });
    const y = X.map((row) => row[0] - row[1] + row[4] + random.normal());
    const stuck = new SmoothGroupBridge({ groups: [0, 0, 1, 1, 2, 2, 3, 3], q: 0.5, lambda: 0.1 }).fit(X, y);
    const proof = certifyGlobal(stuck);
    assert.equal(proof.status, "optimal");
    assert.ok(proof.objective < 0.99 * stuck.certificate.objective);
    assertClose("own certificate", proof.fit.certificate.objective, proof.objective, 0);
    assert.equal(certifyGlobal(proof.fit).fit, proof.fit);
  });

  it("refuses what it has no bound for, and says what to write", () => {
    const { X, y } = groupProblem(2);
    const labels = X[0].map((_, j) => j >> 1);
    const certify = (penalty: Penalty) => () =>
      certifyGlobal(new SparseLinearModel({ penalty, lambda: 0.1 }).fit(X, y));
    const radial = { ...mcp({ weights: labels.map(() => 1) }), concaveRange: undefined };
    assert.throws(certify({ ...groupMcp(labels), radial: undefined } as Penalty), /write its radial$/);
    assert.throws(certify({ ...groupMcp(labels), radial } as Penalty), /write its radial.concaveRange$/);
    // Its terms are not of norms, or there are bounds: nothing to write.
    assert.throws(certify(groupLpq(labels, { p: 1, q: 0.5 })), /got "?groupLpq\([^;]*$/);
    const domain = (): [number, number] => [-1, 1];
    assert.throws(certify({ ...groupMcp(labels), domain } as Penalty), /got "?groupMcp\([^;]*$/);
  });

  it("refuses several responses", () => {
    const { X, y } = groupProblem(2);
    const Y = y.map((value) => [value, -value]);
    const model = new SmoothGroupBridge({ groups: "rows", q: 0.5, lambda: 0.1 });
    assert.throws(() => model.fit(X, Y, { global: true }), /one response/);
  });
});
