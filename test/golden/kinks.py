"""Quantile regression and support vector machines with a lasso: python3 test/golden/kinks.py

On simulated data: scikit-learn's QuantileRegressor with mean_pinball_loss and d2_pinball_score, and the linear program of the support
vector machine by HiGHS in scipy. lambda_max of each is a linear program too: the least bound of |x_j'u| over the dual points u of the null
model. `objective` is (1 / sum w) sum w_i loss_i + lambda sum_j |beta_j|.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.optimize import linprog
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import d2_pinball_score, mean_pinball_loss

rng = np.random.default_rng(11)
n, p = 45, 7
X = np.round(rng.normal(size=(n, p)), 3)
X[:, 1] = np.round(X[:, 0] + 0.6 * X[:, 1], 3)
signal = X @ np.array([1.0, 0, -0.8, 0, 0, 0.5, 0])
y = np.round(1 + signal + rng.standard_t(2, n), 3)
label = (signal + rng.normal(size=n) > 0.6).astype(int)
weight = rng.integers(0, 4, n)
exact = {"solver": "highs", "solver_options": {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}}


def solved(**program):
    result = linprog(method="highs", options=exact["solver_options"], **program)
    assert result.status == 0, result.message
    return result


def least_bound(low, high, center, null_objective):
    """The least t such that |x_j'u| <= t for a u of the box whose sum is 0 and whose value c'u is that of the null model."""
    cost = np.append(np.zeros(n), 1)
    bound = -np.ones((p, 1))
    A_ub = np.vstack([np.hstack([X.T, bound]), np.hstack([-X.T, bound])])
    A_eq = np.vstack([np.append(np.ones(n), 0), np.append(center, 0)])
    bounds = [*zip(low, high), (0, None)]
    return solved(c=cost, A_ub=A_ub, b_ub=np.zeros(2 * p), A_eq=A_eq, b_eq=[0, null_objective], bounds=bounds).fun


def quantile_case(tau, w):
    sums = w / w.sum()
    level = np.sort(y)
    null = min(np.sum(sums * np.maximum(tau * (y - c), (tau - 1) * (y - c))) for c in level)
    top = least_bound(sums * (tau - 1), sums * tau, y, null)
    case = {"tau": tau, "lambda_max": top, "lambdas": [], "objectives": [], "losses": [], "scores": []}
    for share in (0.6, 0.2, 0.05):
        lam = share * top
        model = QuantileRegressor(quantile=tau, alpha=lam, **exact).fit(X, y, sample_weight=w)
        prediction = model.predict(X)
        loss = mean_pinball_loss(y, prediction, sample_weight=w, alpha=tau)
        case["lambdas"].append(lam)
        case["losses"].append(loss)
        case["objectives"].append(loss + lam * np.abs(model.coef_).sum())
        case["scores"].append(d2_pinball_score(y, prediction, sample_weight=w, alpha=tau))
    return case


def machine_case(w):
    sums = w / w.sum()
    sign = 2 * label - 1
    # Variables: beta+, beta-, the intercept, slacks.
    rows = -np.hstack([sign[:, None] * X, -sign[:, None] * X, sign[:, None], np.eye(n)])

    def program(lam):
        cost = np.concatenate([np.full(2 * p, lam), [0], sums])
        bounds = [(0, None)] * (2 * p) + [(None, None)] + [(0, None)] * n
        return solved(c=cost, A_ub=rows, b_ub=-np.ones(n), bounds=bounds)

    null = min(np.sum(sums * np.maximum(0, 1 - sign * c)) for c in (-1, 1))
    top = least_bound(np.where(sign > 0, 0, -sums), np.where(sign > 0, sums, 0), sign, null)
    case = {"lambda_max": top, "lambdas": [], "objectives": []}
    for share in (0.6, 0.2, 0.05):
        case["lambdas"].append(share * top)
        case["objectives"].append(program(share * top).fun)
    return case


ones = np.ones(n)
result = {
    "versions": {"sklearn": sklearn.__version__, "scipy": scipy.__version__},
    "X": X.tolist(),
    "y": y.tolist(),
    "label": label.tolist(),
    "weight": weight.tolist(),
    "quantile": [quantile_case(tau, ones) for tau in (0.5, 0.9)],
    "quantile_weighted": [quantile_case(0.3, weight)],
    "machine": [machine_case(ones)],
    "machine_weighted": [machine_case(weight)],
}
pathlib.Path(__file__).with_name("kinks.json").write_text(json.dumps(result) + "\n")
