import assert from "node:assert/strict";
import { logSum, lq, mcp, type Penalty, SparseLinearModel, scad } from "../../src";
import { certifyGlobal } from "../../src/global";
import { seededRandom } from "../../src/random/random";
import { type ConcaveTerm, minimumByEnumeration, TERMS } from "../support/global-minimum";

interface Problem {
  readonly X: number[][];
  readonly columns: number[][];
  readonly y: number[];
  readonly lambda: number;
}

/** A small problem: correlations up to 0.99, and now and then equal, opposite, constant or nearly equal columns, and too few rows. */
function problemOf(seed: number, p: number): Problem {
  const random = seededRandom(seed);
  const n = seed % 6 === 0 ? p - 1 : 3 * p;
  const rho = [0, 0.5, 0.9, 0.99][seed % 4];
  const columns: number[][] = [];
  for (let j = 0; j < p; j++) {
    const before = columns[j - 1];
    columns.push(
      Array.from({ length: n }, (_, i) =>
        before ? rho * before[i] + Math.sqrt(1 - rho ** 2) * random.normal() : random.normal(),
      ),
    );
  }
  if (seed % 5 === 0) columns[1] = columns[0].slice();
  if (seed % 7 === 0) columns[2] = columns[0].map((x) => -x);
  if (seed % 11 === 0) columns[3].fill(0);
  if (seed % 13 === 0) columns[3] = columns[0].map((x) => x * (1 + 1e-2 * random.normal()));
  const scale = seed % 3 === 0 ? 10 ** (4 * random.uniform() - 2) : 1;
  for (const column of columns) for (let i = 0; i < n; i++) column[i] *= scale;
  const y = Array.from({ length: n }, () => 0.7 * random.normal());
  for (const column of columns) {
    if (random.uniform() > 0.5) continue;
    const b = (2 * random.normal()) / scale;
    for (let i = 0; i < n; i++) y[i] += b * column[i];
  }
  return {
    X: y.map((_, i) => columns.map((column) => column[i])),
    columns,
    y,
    lambda: 10 ** (-2 + 1.5 * random.uniform()),
  };
}

const CASES: readonly {
  readonly name: string;
  readonly penalty: Penalty;
  readonly term: (lambda: number) => ConcaveTerm;
  readonly p: number;
}[] = [
  {
    name: "the bridge of 1/2",
    penalty: lq({ q: 0.5 }),
    term: (lambda) => TERMS.bridge(lambda, 0.5),
    p: 6,
  },
  {
    name: "the bridge of 2/3",
    penalty: lq({ q: 2 / 3 }),
    term: (lambda) => TERMS.bridge(lambda, 2 / 3),
    p: 6,
  },
  {
    name: "the bridge of 0.8",
    penalty: lq({ q: 0.8 }),
    term: (lambda) => TERMS.bridge(lambda, 0.8),
    p: 5,
  },
  {
    name: "log-sum",
    penalty: logSum({ epsilon: 0.2 }),
    term: (lambda) => TERMS.logSum(lambda, 0.2),
    p: 6,
  },
  { name: "MCP", penalty: mcp({ gamma: 3 }), term: (lambda) => TERMS.mcp(lambda, 3), p: 5 },
  { name: "SCAD", penalty: scad({ gamma: 3.7 }), term: (lambda) => TERMS.scad(lambda, 3.7), p: 4 },
];

describe("certifyGlobal against enumeration", function () {
  this.timeout(120_000);
  for (const { name, penalty, term, p } of CASES) {
    it(`is never above the minimum and finds it, with ${name}`, () => {
      for (let seed = 1; seed <= 110; seed++) {
        const { X, columns, y, lambda } = problemOf(seed, p);
        const fit = new SparseLinearModel({
          penalty,
          lambda,
          tol: 1e-3,
          standardize: false,
          fitIntercept: false,
        }).fit(X, y);
        const hasFewRows = y.length < p;
        const proof = certifyGlobal(fit, { timeLimit: hasFewRows ? 0.3 : 20 });
        const terms = columns.map(() => term(lambda));
        const minimum = minimumByEnumeration(columns, y, terms, seededRandom(seed).uniform);
        const where = `seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${minimum}`;
        // With fewer rows than columns a proof may take long; what it has by then is right.
        if (!hasFewRows) assert.equal(proof.status, "optimal", where);
        if (proof.status === "optimal") assert.ok(proof.gap <= 1e-6, where);
        assert.ok(proof.lowerBound <= minimum * (1 + 1e-12), where);
        assert.ok(proof.objective <= minimum * (1 + 2e-6), where);
      }
    });
  }
});
