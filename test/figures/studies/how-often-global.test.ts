import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DESIGNS, howOftenGlobal, PENALTIES, pathProblems } from "../../../figures/studies/how-often-global";
import { ROOT } from "../../support/tracked-files";

describe("how often a search is global", () => {
  it("has lambdas of bridges at which a column by itself enters at the threshold", () => {
    for (const [name, q] of [
      ["bridge, q = 2/3", 2 / 3],
      ["bridge, q = 1/2", 1 / 2],
    ] as const) {
      for (const threshold of [0.3, 1, 2.5]) {
        const lambda = PENALTIES[name].lambdaAt(threshold);
        // The minimum over a fine grid of positive b, less the value at zero.
        const gain = (z: number): number => {
          let least = Number.POSITIVE_INFINITY;
          for (let b = 1e-3 * z; b <= z; b += 1e-3 * z)
            least = Math.min(least, (z - b) ** 2 / 2 + lambda * b ** q);
          return least - z ** 2 / 2;
        };
        assert.ok(gain(0.999 * threshold) > 0, `${name} enters below ${threshold}`);
        assert.ok(gain(1.001 * threshold) < 0, `${name} does not enter above ${threshold}`);
      }
    }
  });

  it("gives another program the problems whose ends are recorded, with falling lambdas", () => {
    const { ends } = JSON.parse(readFileSync(join(ROOT, "figures/peers/how-often-global.json"), "utf8")) as {
      ends: { task: string }[];
    };
    const given = pathProblems(1);
    assert.deepEqual(
      given.map(({ task }) => task),
      ends.map(({ task }) => task).filter((task) => task.startsWith("replicate=0 ")),
    );
    const tasks = new Map(howOftenGlobal.tasks("desk").map((task) => [task.id, task]));
    for (const { task, X, y, lambdas, penalty } of given) {
      const { nFeatures, ratio } = DESIGNS[String(tasks.get(task)?.parameters.design)];
      assert.deepEqual(
        [X.length, X[0].length, y.length],
        [y.length, nFeatures, Math.round(ratio * nFeatures)],
      );
      assert.ok(
        lambdas.every((lambda, k) => lambda > 0 && (k === 0 || lambda < lambdas[k - 1])),
        task,
      );
      // With the largest lambda of MCP and SCAD zero is stationary: no slope exceeds it.
      if (penalty.startsWith("bridge") || lambdas.length === 1) continue;
      const slopes = X[0].map((_, j) => X.reduce((sum, row, i) => sum + row[j] * y[i], 0) / y.length);
      const largest = Math.max(...slopes.map(Math.abs));
      assert.ok(Math.abs(largest / lambdas[0] - 1) < 1e-12, task);
    }
  });
});
