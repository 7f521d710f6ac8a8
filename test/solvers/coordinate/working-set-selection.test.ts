/** Who of several enters an active set together: columns that say different things, by cosines that are computed entry by entry. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { profileAt } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { uncorrelatedEntries } from "../../../src/solvers/coordinate/working-set-selection";
import { problemOf } from "../../support/problems";

const [n, p] = [12, 15];

/** Each column is the one before it and something new, in shares that vary. */
function neighbours(seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    const row: number[] = [];
    for (let j = 0; j < p; j++) row.push((j % 4) * (row.at(-1) ?? 0) + random.normal());
    return row;
  });
}

describe("entrants that are apart", () => {
  it("are the first one and each that has little in common with those before it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: p }), (seed, most) => {
        const X = neighbours(seed);
        const problem = problemOf({ X, y: X.map((row) => row[0]) });
        const profile = profileAt(problem, new Float64Array(p), new Float64Array(0));
        const dot = (a: number, b: number): number => X.reduce((sum, row) => sum + row[a] * row[b], 0);
        const order = Array.from({ length: p }, (_, k) => (7 * k) % p);
        const expected: number[] = [];
        for (const j of order.slice(0, 3 * most)) {
          const isApart = expected.every((k) => dot(j, k) ** 2 <= 0.6 * dot(j, j) * dot(k, k));
          if (isApart && expected.length < most) expected.push(j);
        }
        const entrants = order.map((j) => ({ j, sign: 1 }));
        const found = uncorrelatedEntries(problem, profile, entrants, most);
        assert.deepEqual(
          found.map(({ j }) => j),
          expected,
        );
      }),
      { numRuns: 50 },
    );
  });
});
