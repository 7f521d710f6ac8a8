import assert from "node:assert/strict";
import { loosestTolerance } from "../../../bench/comparison/search";

/** A method whose error is `factor` times its tolerance but never below `floor`, and which needs `1 / sqrt(tol)` ms. */
function method(factor: number, floor = 0) {
  const tried: number[] = [];
  return {
    tried,
    solve: async (tol: number) => {
      tried.push(tol);
      return { tol, seconds: 1e-3 / Math.sqrt(tol), worst: Math.max(factor * tol, floor) };
    },
  };
}

describe("the search for the loosest tolerance", () => {
  it("tightens until the target is reached", async () => {
    const { solve, tried } = method(100);
    const { trial, reached } = await loosestTolerance(1e-4, 1e-6, 100, solve);
    assert.deepEqual([trial.tol, reached], [1e-8, true]);
    assert.deepEqual(tried, [1e-4, 1e-5, 1e-6, 1e-7, 1e-8]);
  });

  it("loosens as long as it is reached", async () => {
    const { solve, tried } = method(1e-3);
    const { trial, reached } = await loosestTolerance(1e-6, 1e-6, 100, solve);
    assert.deepEqual([trial.tol, reached], [1e-3, true]);
    assert.deepEqual(tried, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]);
  });

  it("stops at the loosest there is", async () => {
    const { trial } = await loosestTolerance(1e-2, 1e-6, 100, method(0).solve);
    assert.equal(trial.tol, 1e-1);
  });

  it("gives the last trial where one took too long before the target was reached", async () => {
    const { trial, reached } = await loosestTolerance(1e-4, 1e-6, 2, method(1, 1e-5).solve);
    // 1 / sqrt(1e-7) ms are more than 2 s.
    assert.deepEqual([trial.tol, reached], [1e-7, false]);
  });

  it("tries no further once its solves together took too long, tighter or looser", async () => {
    const slow = (reaches: boolean) => async (tol: number) => ({ tol, seconds: 3, worst: reaches ? 0 : 1 });
    const { trial, reached } = await loosestTolerance(1e-4, 1e-6, 7, slow(false));
    assert.deepEqual([trial.tol, reached], [1e-6, false]);
    assert.equal((await loosestTolerance(1e-6, 1e-6, 7, slow(true))).trial.tol, 1e-4);
  });

  it("does not take a solution that is none for one", async () => {
    const none = async (tol: number) => ({ tol, seconds: 100, worst: Number.NaN });
    assert.equal((await loosestTolerance(1e-4, 1e-6, 2, none)).reached, false);
  });
});
