# Paths of the study how-often-global by skglm's coordinate descent, each lambda from the solution before: objectives at the last lambda.
# usage, from the root, after npm run build:
#   node -p 'JSON.stringify(require("./dist/figures/studies/how-often-global").pathProblems())' | python figures/peers/how-often-global.py > figures/peers/how-often-global.json
import json
import sys

import numpy as np
import skglm
from skglm.datafits import Quadratic
from skglm.penalties import L0_5, L2_3, SCAD, MCPenalty
from skglm.solvers import AndersonCD

# The penalty at a lambda, and whether it is a bridge, whose slope at zero is infinite.
PENALTIES = {
    "bridge, q = 2/3": (L2_3, True),
    "bridge, q = 1/2": (L0_5, True),
    "MCP, gamma = 3": (lambda a: MCPenalty(a, 3.0), False),
    "MCP, gamma = 1.2": (lambda a: MCPenalty(a, 1.2), False),
    "SCAD": (lambda a: SCAD(a, 3.7), False),
}


def end_of_path(problem):
    X = np.asfortranarray(problem["X"])
    y = np.array(problem["y"])
    at, is_bridge = PENALTIES[problem["penalty"]]
    solver = AndersonCD(
        max_iter=50, max_epochs=1000, tol=1e-8, fit_intercept=False,
        ws_strategy="fixpoint" if is_bridge else "subdiff",
    )
    w = np.zeros(X.shape[1])
    for alpha in problem["lambdas"]:
        penalty = at(alpha)
        w = solver.solve(X, y, Quadratic(), penalty, w.copy(), X @ w)[0]
    loss = np.sum((y - X @ w) ** 2) / (2 * len(y))
    return {"task": problem["task"], "objective": float(f"{loss + penalty.value(w):.10g}"), "size": int(np.sum(w != 0))}


ends = [end_of_path(problem) for problem in json.load(sys.stdin)]
json.dump({"versions": {"skglm": skglm.__version__, "numpy": np.__version__}, "ends": ends}, sys.stdout)
print()
