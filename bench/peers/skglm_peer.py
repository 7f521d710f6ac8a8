"""skglm by its solver classes: one compiled datafit and penalty, warm starts along the path."""
from __future__ import annotations

import numpy as np

from peers import loop_cv


def parts(q):
    from skglm import datafits, penalties, solvers
    lam, p, kind, size = q["lambdas"][0], q["p"], q["kind"], q["size"]
    # Of lq the subdifferential at zero is everything, and that of the sparse group penalty is not written: for these
    # progress is measured by fixed points.
    how = dict(ws_strategy="fixpoint") if kind in ("lq", "sparse-group") else {}
    if size:
        ptr, idx = np.arange(0, p + 1, size).astype(np.int32), np.arange(p).astype(np.int32)
        fit, ones = datafits.QuadraticGroup(ptr, idx), np.ones(p // size)
        if kind == "group":
            penalty = penalties.WeightedGroupL2(lam, ones, ptr, idx)
        else:                                        # sparse-group: alpha times the weights of both parts
            share = q["penalty"]["l1Ratio"]
            penalty = penalties.WeightedL1GroupL2(lam, (1 - share) * ones, share * np.ones(p), ptr, idx)
        return fit, penalty, lambda tol: solvers.GroupBCD(tol=tol, fit_intercept=False, max_iter=1000, max_epochs=10_000,
                                                            **how)
    if q["loss"] != "squared":
        fit = {"logistic": datafits.Logistic, "poisson": datafits.Poisson, "gamma": datafits.Gamma}[q["loss"]]()
        return fit, penalties.L1(lam), lambda tol: solvers.ProxNewton(tol=tol, fit_intercept=False, max_iter=200)
    gamma, exponent = q["penalty"].get("gamma"), q["penalty"].get("q")
    penalty = {"l1": lambda: penalties.L1(lam), "mcp": lambda: penalties.MCPenalty(lam, gamma),
               "scad": lambda: penalties.SCAD(lam, gamma),
               "lq": lambda: (penalties.L0_5 if exponent == 0.5 else penalties.L2_3)(lam)}[kind]()
    return datafits.Quadratic(), penalty, lambda tol: solvers.AndersonCD(tol=tol, fit_intercept=False, max_iter=200, **how)


def skglm(q, threads):
    from skglm.utils.jit_compilation import compiled_clone
    fit, penalty, solver_at = parts(q)
    fit, penalty = compiled_clone(fit), compiled_clone(penalty)
    y = 2 * q["y"] - 1 if q["loss"] == "logistic" else q["y"]

    def path(X, y, tol, lambdas=q["lambdas"]):
        s = solver_at(tol)
        if hasattr(X, "indptr"):
            fit.initialize_sparse(X.data, X.indptr, X.indices, y)
        else:
            X = np.asfortranarray(X)
            fit.initialize(X, y)
        n, p = X.shape
        out = np.zeros((p, len(lambdas)), order="F")
        w, Xw, it = np.zeros(p), np.zeros(n), 0
        for k, lam in enumerate(lambdas):
            penalty.alpha = lam
            s.p0 = max(10, int((w != 0).sum()))
            w, objs, _ = s.solve(X, y, fit, penalty, w.copy(), Xw, run_checks=False)
            Xw = X @ w
            out[:, k] = w
            it += len(objs)
        return out, it

    path(q["X"], y, 1e-4, q["lambdas"][:1] / min(len(q["lambdas"]), 2))      # numba compiles here
    if q["folds"]:
        return lambda tol: loop_cv(q, lambda X, yy: path(X, yy, tol)[0]), 1e-4
    return lambda tol: path(q["X"], y, tol), 1e-4
