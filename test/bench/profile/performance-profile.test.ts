import assert from "node:assert/strict";
import { performanceProfiles, type Times } from "../../../bench/profile/performance-profile";

const timesOf = (rows: Record<string, Record<string, number>>): Times =>
  new Map(Object.entries(rows).map(([problem, row]) => [problem, new Map(Object.entries(row))]));

describe("a performance profile", () => {
  it("counts the problems solved within a factor of the quickest", () => {
    const times = timesOf({
      a: { x: 1, y: 2 },
      b: { x: 3, y: 1 },
      c: { x: 1, y: 1 },
      d: { x: 5, y: Infinity },
    });
    assert.deepEqual(performanceProfiles(times, [1, 2, 3]), [
      { contender: "x", problems: 4, shares: [0.75, 0.75, 1], solved: 1 },
      { contender: "y", problems: 4, shares: [0.5, 0.75, 0.75], solved: 0.75 },
    ]);
  });

  it("leaves out the problems that a contender does not take, and counts those that none solves", () => {
    const times = timesOf({ a: { x: 2, y: 1 }, b: { x: 1 }, c: { x: Infinity, y: Infinity } });
    const profiles = performanceProfiles(times, [1, 2]);
    assert.deepEqual(
      profiles.find(({ contender }) => contender === "y"),
      { contender: "y", problems: 2, shares: [0.5, 0.5], solved: 0.5 },
    );
    assert.deepEqual(
      profiles.find(({ contender }) => contender === "x"),
      { contender: "x", problems: 3, shares: [1 / 3, 2 / 3], solved: 2 / 3 },
    );
  });

  it("never falls as the factor grows, and the best at each problem sum to all of them", () => {
    const times = timesOf(
      Object.fromEntries(
        Array.from({ length: 30 }, (_, k) => [
          `p${k}`,
          { x: 1 + ((k * 7) % 11), y: 1 + ((k * 5) % 13), z: 1.5 + ((k * 3) % 7) },
        ]),
      ),
    );
    const profiles = performanceProfiles(times, [1, 1.5, 2, 4, 8, 100]);
    for (const { shares } of profiles)
      shares.slice(1).forEach((share, k) => {
        assert.ok(share >= shares[k]);
      });
    assert.ok(profiles.reduce((sum, { shares }) => sum + shares[0], 0) >= 1);
    for (const { shares } of profiles) assert.equal(shares.at(-1), 1);
  });
});
