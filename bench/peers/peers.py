"""The Python peers: each becomes prepare(problem, threads) -> (solve, default tolerance) with
solve(tol) -> (coefficients p x L, iterations or None), or of a cross-validation (coefficients, None, chosen position).

No intercept, no standardisation: the problems are stated that way.
"""
from __future__ import annotations

import warnings

import numpy as np

from problem import folds

warnings.filterwarnings("ignore")


# ---------------------------------------------------------------- scikit-learn
def sklearn_cd(q, threads):
    from sklearn.linear_model import Lasso, lasso_path

    def solve(tol):
        if len(q["lambdas"]) == 1:
            m = Lasso(alpha=q["lambdas"][0], fit_intercept=False, tol=tol, max_iter=1_000_000).fit(q["X"], q["y"])
            return m.coef_.reshape(-1, 1), int(np.max(m.n_iter_))
        _, c, _, it = lasso_path(q["X"], q["y"], alphas=q["lambdas"], tol=tol, max_iter=1_000_000, return_n_iter=True)
        return c, int(np.sum(it))
    return solve, 1e-4


def lars_at(X, y, lambdas):
    from sklearn.linear_model import lars_path
    a, _, c = lars_path(X, y, method="lasso", alpha_min=lambdas[-1], max_iter=100_000)
    order = np.argsort(a)                            # the path is piecewise linear in alpha
    return np.array([np.interp(lambdas, a[order], row[order]) for row in c]), len(a)


def sklearn_lars(q, threads):
    return lambda tol: lars_at(q["X"], q["y"], q["lambdas"]), 0.0


def sklearn_liblinear(q, threads):
    from sklearn.linear_model import LogisticRegression

    def solve(tol):
        out, it = np.empty((q["p"], len(q["lambdas"]))), 0
        for k, lam in enumerate(q["lambdas"]):
            m = LogisticRegression(penalty="l1", solver="liblinear", C=1 / (q["n"] * lam), fit_intercept=False,
                                   tol=tol, max_iter=10_000).fit(q["X"], q["y"])
            out[:, k] = m.coef_[0]
            it += int(m.n_iter_[0])
        return out, it
    return solve, 1e-4


def split_of(q):
    from sklearn.model_selection import PredefinedSplit
    return PredefinedSplit(np.arange(q["n"]) % q["folds"])


def chosen_of(model, q):
    return model.coef_.reshape(-1, 1), None, int(np.argmin(np.abs(q["lambdas"] - model.alpha_)))


def sklearn_cv(q, threads):
    import inspect
    from sklearn.linear_model import LassoCV
    grid = {"alphas": q["lambdas"]} if "alphas" in inspect.signature(LassoCV).parameters else {}

    def solve(tol):
        return chosen_of(LassoCV(cv=split_of(q), fit_intercept=False, tol=tol, max_iter=1_000_000, n_jobs=threads,
                                 **grid).fit(q["X"], q["y"]), q)
    return solve, 1e-4


def loop_cv(q, path):
    """A plain loop over folds, as a user would write it."""
    mse = np.zeros(len(q["lambdas"]))
    for rows, held in folds(q):
        c = path(np.asfortranarray(q["X"][rows]), q["y"][rows])
        mse += ((q["y"][held][:, None] - q["X"][held] @ c) ** 2).mean(axis=0) / q["folds"]
    chosen = int(np.argmin(mse))
    return path(q["X"], q["y"])[:, [chosen]], None, chosen


def sklearn_lars_cv(q, threads):
    return lambda tol: loop_cv(q, lambda X, y: lars_at(X, y, q["lambdas"])[0]), 0.0


# ---------------------------------------------------------------- celer
def celer_path(q, threads, use_pn=False):
    from celer.homotopy import celer_path
    X, y, lams, kw = q["X"], q["y"], q["lambdas"], {}
    if q["loss"] == "logistic":
        problem, y, lams, kw = "logreg", 2 * y - 1, lams * q["n"], dict(use_PN=use_pn)
    elif q["kind"] == "group":
        problem, kw = "grouplasso", dict(groups=q["size"])
    else:
        problem = "lasso"

    def solve(tol):
        A = X if q["sparse"] else np.asfortranarray(X)
        _, c, _, it = celer_path(A, y, problem, alphas=lams, tol=tol, prune=1, max_iter=200, max_epochs=50_000,
                                 return_n_iter=True, **kw)
        return c, int(it.sum())
    return solve, 1e-4


def celer_pn(q, threads):
    return celer_path(q, threads, use_pn=True)


def celer_cv(q, threads):
    from celer import LassoCV

    def solve(tol):
        return chosen_of(LassoCV(alphas=q["lambdas"], cv=split_of(q), fit_intercept=False, tol=tol,
                                 n_jobs=threads).fit(q["X"], q["y"]), q)
    return solve, 1e-4


def sklearn_ridge(q, threads):
    from sklearn.linear_model import Ridge

    def solve(tol):
        out = np.empty((q["p"], len(q["lambdas"])))
        for k, lam in enumerate(q["lambdas"]):
            out[:, k] = Ridge(alpha=q["n"] * lam, fit_intercept=False, tol=tol).fit(q["X"], q["y"]).coef_
        return out, None
    return solve, 1e-4


# ---------------------------------------------------------------- glum
def glum_path(q, threads):
    from glum import (BinomialDistribution, GammaDistribution, GeneralizedLinearRegressor, NegativeBinomialDistribution,
                      NormalDistribution, PoissonDistribution, TweedieDistribution)
    family, link = {
        "squared": (NormalDistribution(), "identity"), "logistic": (BinomialDistribution(), "logit"),
        "poisson": (PoissonDistribution(), "log"), "gamma": (GammaDistribution(), "log"),
        "tweedie": (TweedieDistribution(1.5), "log"), "negative-binomial": (NegativeBinomialDistribution(1 / 2), "log"),
    }[q["loss"]]

    def solve(tol):
        m = GeneralizedLinearRegressor(family=family, link=link, l1_ratio=1, fit_intercept=False, alpha_search=True,
                                       alpha=list(q["lambdas"]), gradient_tol=tol, max_iter=1000)
        m.fit(q["X"], q["y"])
        return m.coef_path_.T, None
    return solve, 1e-4


# ---------------------------------------------------------------- adelie
def adelie(q, threads):
    import adelie as ad
    glm = {"squared": ad.glm.gaussian, "logistic": ad.glm.binomial, "poisson": ad.glm.poisson}[q["loss"]](q["y"])
    groups = np.arange(0, q["p"], q["size"]) if q["size"] else np.arange(q["p"])

    def solve(tol):
        M = ad.matrix.dense(np.asfortranarray(q["X"]), method="naive", n_threads=threads)
        s = ad.grpnet(X=M, glm=glm, groups=groups, alpha=1, intercept=False, lmda_path=q["lambdas"], tol=tol,
                      penalty=np.ones(groups.size), early_exit=False, n_threads=threads, progress_bar=False,
                      max_iters=10**7, irls_tol=tol)
        return s.betas.toarray().T, None
    return solve, 1e-7
