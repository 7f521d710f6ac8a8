import assert from "node:assert/strict";
import {
  bestOf,
  isLeast,
  meanShare,
  type Problem,
  shareOfStarts,
} from "../../../figures/comparisons/global-ends";
import { readRecords } from "../../../figures/runs/records";
import {
  type HowGlobal,
  howOftenGlobal,
  N_STARTS,
  RANDOM_COORDINATE,
} from "../../../figures/studies/how-often-global";
import type { Task } from "../../../figures/studies/study";

const WAY = "some way";

/** A problem of whose hundred starts so many end in the least minimum known. */
function problemWith(least: number, replicate = 0): Problem {
  const task: Task = { id: "", parameters: { replicate } };
  const starts = { [WAY]: [[0, least - 1] as const, [1e-7, 1] as const, [0.01, N_STARTS - least] as const] };
  return { task, result: { starts } as unknown as HowGlobal };
}

describe("ends in global minima", () => {
  it("are within a millionth of it", () => {
    assert.deepEqual([0, 1e-6, 1.1e-6].map(isLeast), [true, true, false]);
    assert.equal(shareOfStarts(problemWith(30), WAY), 0.3);
  });

  it("are as probable among several starts as counting all sets of them says", () => {
    // Of 100 starts 98 end elsewhere: of the 4950 pairs 98 * 97 / 2 = 4753 have none of the two.
    assert.ok(Math.abs(bestOf(2, problemWith(2), WAY) - (1 - 4753 / 4950)) < 1e-12);
    assert.ok(Math.abs(bestOf(1, problemWith(30), WAY) - 0.3) < 1e-12);
    assert.equal(bestOf(71, problemWith(30), WAY), 1);
  });

  it("have means over problems", () => {
    const { share, low, high } = meanShare([problemWith(20, 0), problemWith(40, 1)], (problem) =>
      shareOfStarts(problem, WAY),
    );
    assert.ok(Math.abs(share - 0.3) < 1e-12);
    // The standard error is 0.1, and Student's t of one degree of freedom 12.7.
    assert.deepEqual([low, high], [0, 1]);
  });

  it("have as many starts in the records as the study says", () => {
    for (const { result } of readRecords<HowGlobal>(howOftenGlobal, "desk")) {
      const counts = result.starts[RANDOM_COORDINATE].map(([, count]) => count);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        N_STARTS,
      );
    }
  });
});
