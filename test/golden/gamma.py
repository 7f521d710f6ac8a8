"""Lasso paths of the gamma loss by glum, and the fit without a penalty by scikit-learn: python3 test/golden/gamma.py

The data are simulated here. Each path is checked by the optimality conditions of the objective in float64; `kkt_max` is the largest
violation over lambda.
"""

import json
import pathlib

import glum
import numpy as np
import sklearn
from sklearn.linear_model import GammaRegressor

rng = np.random.default_rng(7)
n, p = 50, 6
X = np.round(rng.normal(size=(n, p)), 3)
X[:, 1] = np.round(X[:, 0] + 0.5 * X[:, 1], 3)
offset = np.round(rng.uniform(-0.5, 0.5, n), 3)
weight = np.round(rng.uniform(0.2, 2, n), 3)
weight[3] = 0
mean = np.exp(0.4 + offset + X @ np.array([0.8, 0, -0.5, 0, 0, 0.3]))
y = np.round(rng.gamma(2, mean / 2), 4) + 1e-4


def gradient(b0, beta, w, o):
    ratio = y * np.exp(-(b0 + X @ beta + o))
    residual = w * (1 - ratio) / w.sum()
    return residual.sum(), X.T @ residual


def path(w, o):
    # The null model has the weighted mean of y exp(-offset).
    b0 = np.log(np.sum(w * y * np.exp(-o)) / w.sum())
    lambda_max = np.abs(gradient(b0, np.zeros(p), w, o)[1]).max()
    result = {"lambdas": [], "intercepts": [], "coefficients": [], "kkt_max": 0.0}
    for share in (0.7, 0.3, 0.1, 0.02):
        lam = share * lambda_max
        model = glum.GeneralizedLinearRegressor(
            family="gamma", link="log", alpha=lam, l1_ratio=1, gradient_tol=1e-12, max_iter=10000, scale_predictors=False
        ).fit(X, y, sample_weight=w, offset=o)
        beta, b0 = model.coef_, float(model.intercept_)
        g0, g = gradient(b0, beta, w, o)
        kkt = np.where(beta == 0, np.maximum(np.abs(g) - lam, 0), np.abs(g + lam * np.sign(beta)))
        result["kkt_max"] = max(result["kkt_max"], float(kkt.max() / lam), float(abs(g0) / lam))
        result["lambdas"].append(float(lam))
        result["intercepts"].append(b0)
        result["coefficients"].append([float(b) for b in beta])
    return result


free = GammaRegressor(alpha=0, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(X, y)
golden = {
    "name": "gamma",
    "source": f"glum {glum.__version__}; free: scikit-learn {sklearn.__version__}, GammaRegressor(alpha=0)",
    "objective": "(1/sum w) sum_i w_i (eta_i + y_i exp(-eta_i)) + lambda ||b||_1, eta = b0 + X b + offset; X is row major",
    "X": X.tolist(),
    "y": y.tolist(),
    "weight": weight.tolist(),
    "offset": offset.tolist(),
    "plain": path(np.ones(n), np.zeros(n)),
    "weighted": path(weight, offset),
    "free": {
        "intercept": float(free.intercept_),
        "coefficients": free.coef_.tolist(),
        "d2": float(free.score(X, y)),
        "predictions": free.predict(X[:3]).tolist(),
    },
}
pathlib.Path(__file__).with_name("gamma.json").write_text(json.dumps(golden) + "\n")
print(golden["plain"]["kkt_max"], golden["weighted"]["kkt_max"], golden["free"])
