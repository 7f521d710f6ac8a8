import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { bounded, compositeMcp, groupMcp, groupScad, l1 } from "../../src/penalties";
import { newtonPolished } from "../../src/solvers";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAtMost } from "../support/assert-close";
import { problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

/** Columns that all but coincide. */
function nearlyDependent(): { X: number[][]; y: number[] } {
  const random = seededRandom(4);
  const X = Array.from({ length: 40 }, () => {
    const shared = random.normal();
    return Array.from({ length: 8 }, () => shared + 1e-2 * random.normal());
  });
  return { X, y: X.map((row) => row[0] + 0.5 * row[1] - 0.7 * row[2] + 1e-3 * random.normal()) };
}

describe("newtonPolished", () => {
  const bounds = [[-1, 0.75], [-0.25, 1], [-0.5, 0], ...new Array(5).fill([-0.1, Infinity])] as const;

  it("gives the last digits where columns are nearly dependent, between bounds or without, and far sooner", () => {
    for (const penalty of [l1(), bounded(l1(), bounds)]) {
      const task = taskOf(problemOf(nearlyDependent(), penalty), 1e-6, 1e-14);
      const polished = newtonPolished(coordinateDescent()).solve(task);
      assert.equal(polished.status, "converged");
      assertAtMost("gap", polished.certificate.dualityGap!, 1e-14);
      const alone = coordinateDescent().solve(task);
      assertAtMost("iterations", 10 * polished.nIter, alone.nIter);
      if (penalty.domain) {
        assert.ok(polished.beta.every((b, j) => bounds[j][0] <= b && b <= bounds[j][1]));
        assert.ok(polished.beta.some((b, j) => b !== 0 && (b === bounds[j][0] || b === bounds[j][1])));
        assert.ok(polished.beta.some((b, j) => b !== 0 && b !== bounds[j][0] && b !== bounds[j][1]));
      }
    }
  });

  it("needs few epochs to where coordinate descent goes, under penalties of groups that are not convex", () => {
    const groups = [0, 0, 1, 1, 2, 2, 3, 3];
    for (const penalty of [compositeMcp(groups), groupMcp(groups), groupScad(groups)]) {
      for (const lambda of [1e-2, 1e-4]) {
        const task = taskOf(problemOf(nearlyDependent(), penalty), lambda, 1e-9 * lambda);
        const polished = newtonPolished(coordinateDescent()).solve(task);
        assert.equal(polished.status, "converged", `${penalty.name} at ${lambda}`);
        assertAtMost(`${penalty.name} at ${lambda}: epochs`, polished.nIter, 400);
        const alone = coordinateDescent().solve({ ...task, maxIter: 5000 });
        const [a, b] = [polished, alone].map(({ certificate }) => certificate.objective);
        assertAtMost(`${penalty.name} at ${lambda}: objective`, a, b * (1 + 1e-9));
      }
    }
  });

  it("counts the iterations of its rounds, one row of the trace each certificate", () => {
    const task = taskOf(problemOf(nearlyDependent()), 1e-6, 0, { maxIter: 100, isOptimal: () => false });
    const counted: number[] = [];
    const solution = newtonPolished(coordinateDescent()).solve({
      ...task,
      onIteration: (iteration) => counted.push(iteration),
    });
    assert.equal(solution.nIter, 100);
    assert.deepEqual(
      counted,
      Array.from({ length: 100 }, (_, k) => k + 1),
    );
    solution.trace.forEach(({ iteration }, k) => {
      if (k > 0) assert.ok(iteration > solution.trace[k - 1].iteration);
    });
    assert.equal(solution.trace.at(-1)!.iteration, 100);
  });
});
