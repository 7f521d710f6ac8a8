/** The solver for benchopt, in Python, with as much of benchopt as a solver sees. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../support/tracked-files";

const PYTHON = ["python3", "python"];

/** Prints, dense and sparse, by how much the optimality conditions of the lasso are missed, over lambda. */
const CODE = `
import json, sys, types
import numpy as np
from scipy import sparse
sys.dont_write_bytecode = True
sys.modules["benchopt"] = types.SimpleNamespace(BaseSolver=object)
sys.path.insert(0, sys.argv[1])
from smooth_edges import Solver

random = np.random.default_rng(1)
X = random.normal(size=(30, 50)) * (random.uniform(size=(30, 50)) < 0.5)
y = X[:, :3].sum(axis=1) + random.normal(size=30)
lmbd = 0.2 * np.abs(X.T @ y).max()
solver = Solver()
seen = []
for design in X, sparse.csc_matrix(X):
    solver.set_objective(design, y, lmbd, False)
    solver.warm_up()
    missed = []
    for tol in 1e-2, 1e-12:
        solver.run(tol)
        b = solver.get_result()["beta"]
        slope = X.T @ (y - X @ b)
        missed.append(np.where(b == 0, np.maximum(np.abs(slope) - lmbd, 0), np.abs(slope - lmbd * np.sign(b))).max() / lmbd)
    seen.append(dict(missed=missed, status=solver.status, support=int((b != 0).sum())))
solver.stop()
print(json.dumps(dict(seen=seen, skips=solver.skip(X, y, lmbd, True)[0])))
`;

describe("the solver for benchopt", () => {
  it("solves the lasso as benchopt states it, dense and sparse, to the tolerance asked for", function () {
    const python = PYTHON.find((name) => spawnSync(name, ["-c", "import numpy, scipy"]).status === 0);
    if (!python) {
      process.stdout.write("skipped: there is no Python with numpy and scipy\n");
      return this.skip();
    }
    const { stdout, stderr, status } = spawnSync(python, ["-c", CODE, join(ROOT, "bench/benchopt")], {
      encoding: "utf8",
      env: { ...process.env, SMOOTH_EDGES_HOME: ROOT },
    });
    assert.equal(status, 0, stderr);
    const { seen, skips } = JSON.parse(stdout) as {
      seen: { missed: [number, number]; status: string; support: number }[];
      skips: boolean;
    };
    assert.ok(skips);
    for (const { missed, status, support } of seen) {
      assert.equal(status, "converged");
      assert.ok(missed[1] < 1e-6, `misses the optimality conditions by ${missed[1]} lambda`);
      assert.ok(support > 0 && support < 30);
    }
  });
});
