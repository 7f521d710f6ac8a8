"""Group lassos and sparse group lassos between bounds by CVXPY's interior point method, on small data.

usage: python bounded-groups.py OUTFILE
"""

import json
import sys
from importlib.metadata import version

import cvxpy as cp
import numpy as np

rng = np.random.default_rng(31)
n, p = 60, 12
X = np.round(rng.standard_normal((n, p)) + 0.7 * rng.standard_normal((n, 1)), 3)
groups = [j // 3 for j in range(p)]
truth = np.array([1, 0.5, -0.5, 0, 0, 0, -1, -1, 0.3, 0.6, 0, 0.2])
y = np.round(X @ truth + rng.standard_normal(n), 3)
labels = (y > 0.3).astype(int)
weights = [1.5, 0.5, 1, 1]
# Finite on both sides, on one, at zero, and nowhere; null stands for none.
bounds = {
    "both": [[-0.3, 0.4]] * p,
    "mixed": [[-0.2, 0.6], [0, 0.3], [None, 0.25]] * 2 + [[-0.5, 0], [None, None], [None, None], [0, None], [-0.1, 0.1], [-1, 5]],
}


def solve(family, share, strength, name):
    """min f(b0 + X b) + strength (share sum |b| + (1 - share) sum_g w_g ||b_g||) over low <= b <= high"""
    b, b0 = cp.Variable(p), cp.Variable()
    eta = X @ b + b0
    if family == "gaussian":
        loss = cp.sum_squares(y - eta) / (2 * n)
    else:
        loss = cp.sum(cp.logistic(eta) - cp.multiply(labels, eta)) / n
    members = [[j for j in range(p) if groups[j] == g] for g in range(4)]
    norms = sum(w * cp.norm(b[m], 2) for w, m in zip(weights, members))
    held = [b[j] >= low for j, (low, _) in enumerate(bounds[name]) if low is not None]
    held += [b[j] <= high for j, (_, high) in enumerate(bounds[name]) if high is not None]
    problem = cp.Problem(cp.Minimize(loss + strength * (share * cp.norm1(b) + (1 - share) * norms)), held)
    tight = {f"tol_{name}": 1e-12 for name in ("gap_abs", "gap_rel", "feas")}
    problem.solve(solver=cp.CLARABEL, **tight)
    return {"family": family, "l1Ratio": share, "lambda": strength, "bounds": name, "intercept": float(b0.value),
            "coef": [float(v) for v in b.value], "objective": float(problem.value)}


cases = [solve(family, share, strength, name) for family in ("gaussian", "binomial") for name in bounds
         for share in (0, 0.4) for strength in (0.1, 0.03, 0.003)]
json.dump({"source": "CVXPY, by Clarabel", "versions": {name: version(name) for name in ("cvxpy", "clarabel", "numpy")},
           "groups": groups, "weights": weights, "bounds": bounds, "X": X.tolist(), "y": y.tolist(), "labels": labels.tolist(), "cases": cases},
          open(sys.argv[1], "w"), separators=(",", ":"))
