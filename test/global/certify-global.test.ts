import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  type Bound,
  bounded,
  compositeMcp,
  lq,
  mcp,
  nonNegative,
  type ProgressEvent,
  SmoothBridge,
  SmoothLasso,
  SmoothMcp,
  SparseLinearModel,
  scad,
  seededRandom,
} from "../../src";
import { BestSubset, certifyGlobal } from "../../src/global";
import { coordinateDescent } from "../../src/solvers";
import { assertAtMost, assertClose } from "../support/assert-close";
import { minimumByEnumeration, TERMS } from "../support/global-minimum";

/** Rows of independent normal features, and a response of three of them. */
function data(seed: number, n: number, p: number): { X: number[][]; y: number[] } {
  const random = seededRandom(seed);
  const X = Array.from({ length: n }, () => Array.from({ length: p }, () => random.normal()));
  const y = X.map((row) => 3 + 1.2 * row[0] - row[1] + 0.4 * row[2] + random.normal());
  return { X, y };
}

/** Columns that are orthogonal to each other and to constants, of mean square 1: those of a discrete cosine transform. */
function cosines(n: number, p: number): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: p }, (_, j) => Math.SQRT2 * Math.cos((Math.PI * (i + 0.5) * (j + 1)) / n)),
  );
}

describe("certifyGlobal", () => {
  it("is the sum of closed forms where columns are orthonormal", () => {
    const [n, p, lambda] = [16, 6, 0.3];
    const X = cosines(n, p);
    const y = X.map((row, i) => row[0] + 0.5 * row[1] - 0.35 * row[2] + 0.1 * Math.sin(i));
    const z = Array.from({ length: p }, (_, j) => y.reduce((sum, value, i) => sum + value * X[i][j], 0) / n);
    const mean = y.reduce((a, b) => a + b) / n;
    const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (2 * n);
    // Of MCP: soft thresholding stretched by gamma / (gamma - 1) up to gamma lambda (Zhang 2010).
    const firm = (value: number): number => {
      const t = Math.abs(value);
      const b = t > 3 * lambda ? t : Math.max(((t - lambda) * 3) / 2, 0);
      return (b * b) / 2 - t * b + TERMS.mcp(lambda, 3).value(b);
    };
    const proof = certifyGlobal(new SmoothMcp({ lambda, gamma: 3, standardize: false }).fit(X, y));
    const expected = total + z.reduce((sum, value) => sum + firm(value), 0);
    assertClose("objective", proof.objective, expected, 1e-6);
    assert.equal(proof.status, "optimal");
    assertAtMost("bound", proof.lowerBound, expected * (1 + 1e-12));
    // Of the bridge of 1/2 (Xu and others 2012): zero up to 1.5 lambda^(2/3), else a cosine.
    const half = (value: number): number => {
      const t = Math.abs(value);
      if (t <= 1.5 * lambda ** (2 / 3)) return 0;
      const angle = Math.acos((lambda / 4) * (t / 3) ** -1.5);
      const b = (2 / 3) * t * (1 + Math.cos((2 / 3) * (Math.PI - angle)));
      return (b * b) / 2 - t * b + lambda * Math.sqrt(b);
    };
    const bridge = certifyGlobal(new SmoothBridge({ lambda, q: 0.5, standardize: false }).fit(X, y));
    const least = total + z.reduce((sum, value) => sum + half(value), 0);
    assertClose("bridge", bridge.objective, least, 1e-6);
    assertAtMost("bound of the bridge", bridge.lowerBound, least * (1 + 1e-12));
  });

  it("accounts for weights of rows, an intercept, unpenalized columns, factors and scales", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { X, y } = data(seed, 30, 6);
      const random = seededRandom(seed + 100);
      const sampleWeight = y.map(() => 0.2 + 2 * random.uniform());
      const penaltyFactors = [1, 0.5, 2, 0, 1, 3];
      const lambda = 0.1 + 0.3 * random.uniform();
      const model = new SmoothBridge({ q: 0.5, lambda, penaltyFactors });
      const fit = model.fit(X, y, { sampleWeight });
      const proof = certifyGlobal(fit);
      // By hand: weighted deviations, roots of weights, and what the constant and column 3 explain taken off.
      const mean = sampleWeight.reduce((a, b) => a + b) / y.length;
      const roots = sampleWeight.map((weight) => Math.sqrt(weight / mean));
      const average = (v: readonly number[]): number =>
        v.reduce((sum, value, i) => sum + value * roots[i] ** 2, 0) / y.length;
      const columnOf = (j: number): number[] => X.map((row) => row[j]);
      const rooted = (v: readonly number[]): number[] => v.map((value, i) => value * roots[i]);
      const free: number[][] = [];
      const rest = (v: readonly number[]): number[] => {
        let left = rooted(v);
        for (let pass = 0; pass < 2; pass++)
          for (const q of free) {
            const share = q.reduce((sum, value, i) => sum + value * left[i], 0);
            left = left.map((value, i) => value - share * q[i]);
          }
        return left;
      };
      for (const column of [y.map(() => 1), columnOf(3)]) {
        const own = rest(column);
        const length = Math.hypot(...own);
        free.push(own.map((value) => value / length));
      }
      const penalized = [0, 1, 2, 4, 5];
      const columns = penalized.map((j) => rest(columnOf(j)));
      const terms = penalized.map((j) => {
        const column = columnOf(j);
        const center = average(column);
        const deviation = Math.sqrt(average(column.map((value) => (value - center) ** 2)));
        // The penalty is that of the standardized coefficient.
        const total = penaltyFactors.reduce((a, b) => a + b);
        const rescaled = [penaltyFactors[j], (penaltyFactors[j] * 6) / total];
        return rescaled.map((factor) => TERMS.bridge(lambda * factor * deviation ** 0.5, 0.5));
      });
      const minima = [0, 1].map((which) =>
        minimumByEnumeration(
          columns,
          rest(y),
          terms.map((term) => term[which]),
          random.uniform,
        ),
      );
      const isNear = minima.some((minimum) => Math.abs(proof.objective / minimum - 1) < 2e-6);
      assert.ok(isNear, `${proof.objective} is none of ${minima}`);
      assert.equal(proof.status, "optimal");
    }
  });

  it("keeps signs and bounds", () => {
    const { X, y } = data(4, 40, 5);
    const shifted = y.map((value) => value - 3);
    const fitOf = (penalty: ReturnType<typeof lq>) =>
      new SparseLinearModel({ penalty, lambda: 0.1, standardize: false, fitIntercept: false }).fit(
        X,
        shifted,
      );
    const free = certifyGlobal(fitOf(lq({ q: 0.5 })));
    const signed = certifyGlobal(fitOf(nonNegative(lq({ q: 0.5 })) as ReturnType<typeof lq>));
    const limited = certifyGlobal(fitOf(bounded(lq({ q: 0.5 }), [-0.5, 0.7])));
    for (const proof of [free, signed, limited]) assert.equal(proof.status, "optimal");
    assert.ok(signed.fit.coef.every((b) => b >= 0));
    assert.ok(limited.fit.coef.every((b) => b >= -0.5 && b <= 0.7));
    // A grid of all values that are allowed, of which none is lower.
    const random = seededRandom(9);
    const objective = (b: readonly number[]): number =>
      X.reduce((sum, row, i) => sum + (shifted[i] - row.reduce((s, x, j) => s + x * b[j], 0)) ** 2, 0) / 80 +
      b.reduce((sum, value) => sum + 0.1 * Math.sqrt(Math.abs(value)), 0);
    for (let trial = 0; trial < 20_000; trial++) {
      const near = Array.from(limited.fit.coef, (b) =>
        random.uniform() < 0.4 ? b : Math.min(Math.max(1.4 * random.uniform() - 0.6, -0.5), 0.7),
      ).map((b) => (random.uniform() < 0.2 ? 0 : b));
      assertAtMost("bound between bounds", limited.lowerBound, objective(near));
      const above = near.map(Math.abs);
      assertAtMost("bound of signs", signed.lowerBound, objective(above));
      assertAtMost("order", free.lowerBound, objective(near));
    }
  });

  it("proves the same of a problem and of its mirror image, whose bounds are on the other side", () => {
    const random = seededRandom(1);
    const X = Array.from({ length: 20 }, () => {
      const shared = 0.9 * random.normal();
      return Array.from({ length: 5 }, () => shared + 0.4 * random.normal());
    });
    const y = X.map(([a, b, c, d]) => 0.3 * (c - d + random.normal()) - 1.2 * a - b);
    const coordinate = { standardize: false, fitIntercept: false, solver: coordinateDescent() };
    const proofOf = (bounds: [number, number], sign: number) => {
      const penalty = bounded(lq({ q: 0.4 }), bounds);
      const model = new SparseLinearModel({ penalty, lambda: 0.1, ...coordinate, init: new Float64Array(5) });
      const stuck = model.fit(
        X,
        y.map((value) => sign * value),
      );
      return certifyGlobal(stuck);
    };
    for (const least of [-3, -Infinity])
      for (const most of [0, 0.1]) {
        const [own, mirrored] = [proofOf([least, most], 1), proofOf([-most, -least], -1)];
        assert.deepEqual([own.status, mirrored.status], ["optimal", "optimal"]);
        assertClose(`objective from ${least} to ${most}`, own.objective, mirrored.objective, 1e-8);
        own.fit.coef.forEach((b, j) => {
          assertClose(`coefficient ${j}`, b, -mirrored.fit.coef[j], 1e-6);
        });
      }
  });

  it("returns the better fit from a start in a local minimum", () => {
    const { X, y } = data(2, 50, 8);
    // Zero is a local minimum of every bridge.
    const stuck = new SmoothBridge({ q: 0.5, lambda: 0.15, init: { coef: new Float64Array(8) } }).fit(X, y);
    const proof = certifyGlobal(stuck);
    assert.equal(proof.status, "optimal");
    assertAtMost("objective", proof.objective, stuck.certificate.objective);
    assertClose("own certificate", proof.fit.certificate.objective, proof.objective, 0);
    assert.equal(certifyGlobal(proof.fit).fit, proof.fit);
  });

  it("gives the same numbers whatever time it takes, and the bound of the root at once", () => {
    const { X, y } = data(7, 40, 12);
    const fit = new SparseLinearModel({ penalty: scad(), lambda: 0.05 }).fit(X, y);
    const [first, second] = [certifyGlobal(fit), certifyGlobal(fit)];
    assert.deepEqual(
      [first.lowerBound, first.nodes, first.objective],
      [second.lowerBound, second.nodes, second.objective],
    );
    const root = certifyGlobal(fit, { timeLimit: 0 });
    assertAtMost("bound of the root", root.lowerBound, first.objective);
    assertAtMost("root", root.nodes, 2);
  });

  it("keeps its bound when it is interrupted, and tells its progress", () => {
    const { X, y } = data(8, 12, 30);
    const fit = new SparseLinearModel({ penalty: mcp(), lambda: 0.2 }).fit(X, y);
    let asked = 0;
    const signal = {
      get aborted() {
        asked++;
        return asked > 200;
      },
    };
    const events: ProgressEvent[] = [];
    const proof = certifyGlobal(fit, { signal, onProgress: (event) => events.push(event) });
    assert.equal(proof.status, "interrupted");
    assert.ok(proof.lowerBound >= 0 && proof.lowerBound <= proof.objective);
    assert.match(events.at(-1)!.message, /gap .* nodes/);
    // Nothing bounds the coefficients of MCP here.
    assert.equal(proof.box!.length, 30);
    assert.ok(proof.fit.coef.every((b, j) => Math.abs(b) < proof.box![j]));
    assert.match(String(proof), /the global minimum is at most .* % lower among coefficients within the box/);
  });

  it("shows its numbers without the trace, and says the claim alone as text", () => {
    const { X, y } = data(3, 20, 4);
    const proof = certifyGlobal(new SmoothBridge({ q: 0.5, lambda: 0.1 }).fit(X, y));
    const { title, columns, rows } = proof.summary();
    assert.ok(title!.endsWith(proof.claim));
    assert.deepEqual(columns, ["objective", "lower bound", "gap", "nodes", "seconds"]);
    const { objective, lowerBound, gap, nodes, seconds } = proof;
    assert.deepEqual(rows, [[objective, lowerBound, gap, nodes, seconds]]);
    assert.equal(String(proof), proof.claim);
    assert.equal(inspect(proof), String(proof.summary()));
    assert.match(String(proof.toMimeBundle()["text/html"]), /lower bound/);
  });

  it("reports no box of what is free, and one of zero of what is excluded", () => {
    const { X, y } = data(9, 10, 14);
    const penaltyFactors = [0, Infinity, ...new Array<number>(12).fill(1)];
    const signal = { aborted: true };
    const { global: proof } = new SmoothMcp({ lambda: 0.05, penaltyFactors, standardize: false }).fit(X, y, {
      global: true,
      signal,
    });
    const box = proof!.box!;
    const [free, excluded, ...others] = box;
    assert.deepEqual([free, excluded], [Infinity, 0]);
    assert.ok(others.every((limit) => limit === others[0] && limit > 0));
    const half = new BestSubset({ lambda: 0.01, bounds: [-Infinity, 1e-3] }).fit(X, y, { signal }).global!;
    assert.ok(
      half.box!.every((limit) => limit > 1e-3),
      String(half.box),
    );
  });

  it("answers a convex fit by its duality gap", () => {
    const { X, y } = data(5, 40, 6);
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    const proof = certifyGlobal(fit);
    assert.equal(proof.fit, fit);
    assert.equal(proof.lowerBound, fit.certificate.objective - fit.certificate.dualityGap!);
    assert.equal(proof.nodes, 0);
    assert.equal(proof.status, "optimal");
  });

  it("refuses what it has no bound for, with a remedy", () => {
    const { X, y } = data(6, 40, 6);
    const fitOf = (options: object) => new SparseLinearModel({ lambda: 0.1, ...options }).fit(X, y);
    const groups = fitOf({ penalty: compositeMcp([0, 0, 1, 1, 2, 2]) });
    assert.throws(
      () => certifyGlobal(groups),
      /penalty must be a sum over coefficients or norms of groups that states concaveRange, as lq, mcp, scad and groupMcp do, got/,
    );
    assert.throws(
      () => certifyGlobal(fitOf({ penalty: { ...mcp(), concaveRange: undefined } })),
      /write its concaveRange/,
    );
    const bounds: Bound = [-1, 2];
    assert.throws(
      () =>
        certifyGlobal(fitOf({ penalty: { ...bounded(lq({ q: 0.5 }), bounds), withoutBounds: undefined } })),
      /write its withoutBounds/,
    );
    assert.throws(() => certifyGlobal(undefined as never), /fit must be the fit of an estimator/);
    const fit = fitOf({ penalty: mcp() });
    assert.throws(() => certifyGlobal(fit, { gap: 0 }), /gap must be a number from 1e-9 on/);
    assert.throws(
      () => certifyGlobal(fit, { timeLimit: Number.NaN }),
      /timeLimit must be a number of seconds/,
    );
    assert.throws(() => certifyGlobal(fit, { timelimit: 1 } as never), /did you mean "timeLimit"/);
  });
});
