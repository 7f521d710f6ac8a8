"""Solves the problems of `test/support/best-subset-problems.ts` by El0ps, l0bnb and HiGHS: no objective of theirs may be lower than our proved
one by more than its gap, or lower than our bound. All objectives are computed here, from coefficients. Run by hand, in three minutes, with
`pip install el0ps==0.0.4 l0bnb==1.0.0` and without mpi4py:

    node dist/test/support/best-subset-problems.js | python3 test/global/best_subsets.py
"""

import functools
import json
import sys
from collections import Counter

import numpy as np
import pybnb
from scipy.optimize import LinearConstraint, lsq_linear, milp

np.Inf = np.inf  # l0bnb asks for the name that NumPy 2 dropped.
pybnb.Solver = functools.partial(pybnb.Solver, comm=None)  # El0ps would ask for MPI.

from el0ps.datafit import Leastsquares  # noqa: E402
from el0ps.penalty import Bigm, L2norm  # noqa: E402
from el0ps.solver import BnbSolver  # noqa: E402
from l0bnb import BNBTree  # noqa: E402

GAP = 1e-6  # the default of ours


def by_el0ps(A, b, l0, ridge, bounds):
    penalty = Bigm(bounds[0, 1]) if ridge == 0 else L2norm(ridge / 2)
    return BnbSolver(relative_gap=GAP).solve(Leastsquares(b), penalty, A, l0[0]).x


def by_l0bnb(A, b, l0, ridge, bounds):
    return BNBTree(A, b, int_tol=1e-8, rel_tol=1e-10).solve(l0[0], ridge / 2, bounds[0, 1], gap_tol=GAP).beta


def by_highs(A, b, l0, _ridge, bounds):
    """Outer approximation: a MIP with z_j = [x_j != 0], t >= tangents of the loss, one at the best coefficients of each support."""
    p, unit = A.shape[1], np.linalg.norm(b)
    b, l0, (low, high) = b / unit, l0 / unit**2, bounds.T / unit  # HiGHS solves MIPs of numbers near 1.
    eye, zero = np.eye(p), np.zeros((p, 1))
    links = [LinearConstraint(np.hstack([eye, -np.diag(high), zero]), ub=0), LinearConstraint(np.hstack([eye, -np.diag(low), zero]), lb=0)]
    cuts, best, least = [], np.zeros(p), np.inf
    for _ in range(2**p):
        found = milp(
            np.r_[np.zeros(p), l0, 1],
            integrality=np.r_[np.zeros(p), np.ones(p), 0],
            bounds=(np.r_[low, np.zeros(p), 0], np.r_[high, np.ones(p), np.inf]),
            constraints=links + cuts,
            options={"mip_rel_gap": 1e-9},
        )
        assert found.success, found.message
        if found.fun >= least * (1 - GAP / 2):
            return best * unit
        support = np.flatnonzero(found.x[p : 2 * p] > 0.5)
        x = np.zeros(p)
        if len(support):
            x[support] = lsq_linear(A[:, support], b, (low[support], high[support]), method="bvls", tol=1e-14).x
        loss, gradient = np.sum((b - A @ x) ** 2) / 2, A.T @ (A @ x - b)
        if loss + l0[support].sum() < least:
            best, least = x, loss + l0[support].sum()
        cuts.append(LinearConstraint(np.r_[gradient, np.zeros(p), -1], ub=gradient @ x - loss))
    raise AssertionError("the outer approximation does not end")


SOLVERS = {"el0ps": by_el0ps, "l0bnb": by_l0bnb, "highs": by_highs}


def check(problem):
    X, y, w = (np.array(problem[key]) for key in ("X", "y", "sampleWeight"))
    factors, lam, lambda2 = np.array(problem["penaltyFactors"]), problem["lambda"], problem["lambda2"]
    w = w / w.sum()
    mean = w @ X if problem["fitIntercept"] else np.zeros(X.shape[1])
    center = w @ y if problem["fitIntercept"] else 0.0
    scale = np.sqrt(w @ (X - w @ X) ** 2) if problem["standardize"] else np.ones(X.shape[1])
    scale[scale == 0] = 1

    def objective(coef, intercept):
        residuals = y - intercept - X @ coef
        return w @ residuals**2 / 2 + lam * factors[coef != 0].sum() + lambda2 / 2 * np.sum((scale * coef) ** 2)

    # Peers have no weights, their loss is half a sum of squares, and their tolerances suit columns of about unit mean square.
    n = len(y)
    root = np.sqrt(n * w)
    A = root[:, None] * (X - mean) / (1 if problem["bounds"] else scale)
    size = np.sqrt(np.mean(A**2))
    large = 10 * np.sqrt(w @ (y - center) ** 2)
    bounds = np.array(problem["bounds"]) * size if problem["bounds"] else np.array([[-large, large]] * len(scale))
    solved = SOLVERS[problem["peer"]](A / size, root * (y - center), n * lam * factors, n * lambda2 / size**2, bounds)
    theirs = np.where(np.abs(solved) > 1e-9, solved, 0) / size / (1 if problem["bounds"] else scale)
    theirs = objective(theirs, center - mean @ theirs)
    ours = objective(np.array(problem["coef"]), problem["intercept"])
    where = f"{problem['peer']}, seed {problem['seed']}: {problem['lowerBound']} <= {ours}, theirs {theirs}"
    assert problem["status"] == "optimal", f"{where}: {problem['status']}"
    if problem["bounds"]:
        low, high = np.array(problem["bounds"]).T
        assert np.all((low <= problem["coef"]) & (problem["coef"] <= high)), f"{where}: a coefficient is out of bounds"
    assert problem["lowerBound"] <= min(ours, theirs) * (1 + 1e-9), f"{where}: our bound is too high"
    assert ours <= theirs * (1 + 2 * GAP), f"{where}: we missed a minimum"
    return theirs <= ours * (1 + 2 * GAP)


counts = Counter()
for problem in json.load(sys.stdin):
    counts[problem["peer"], check(problem)] += 1
for peer in SOLVERS:
    equal, higher = counts[peer, True], counts[peer, False]
    # Where a peer ends above ours, our coefficients show that it missed the minimum; one that mostly does would compare nothing.
    assert equal > higher, f"{peer}: only {equal} of {equal + higher} problems end at the same minimum"
    print(f"{peer}: {equal} of {equal + higher} problems end at the same minimum, the others end above ours")
