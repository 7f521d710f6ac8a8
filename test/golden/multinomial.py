"""Multinomial regression with an l1 penalty (scikit-learn's saga) and with one on rows (proximal gradient steps).

usage: python multinomial.py > multinomial.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(4)
n, p, classes = 60, 8, ["setosa", "versicolor", "virginica"]
K = len(classes)
X = np.round(rng.normal(size=(n, p)) * 1.5 ** np.arange(-3, p - 3) + rng.normal(size=p), 3)
signal = np.zeros((p, K))
signal[0, 0], signal[2, 1], signal[4, 2], signal[5, 0] = 4, -2, 0.8, 0.5
scores = (X - X.mean(0)) @ signal + rng.gumbel(size=(n, K))
label = scores.argmax(1)
Y = np.eye(K)[label]


def softmax(eta):
    odds = np.exp(eta - eta.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def gradients(B, b0):
    residual = (softmax(X @ B + b0) - Y) / n
    return X.T @ residual, residual.sum(0)


def violation(B, b0, lam, rows):
    """The distance of minus the gradient from the subdifferential, over lambda."""
    G, g0 = gradients(B, b0)
    if rows:
        norms = np.linalg.norm(B, axis=1)
        at = np.linalg.norm(G, axis=1) - lam
        for j in np.flatnonzero(norms):
            at[j] = np.linalg.norm(G[j] + lam * B[j] / norms[j])
        return max(at.max(), np.abs(g0).max()) / lam
    at = np.where(B == 0, np.abs(G) - lam, np.abs(G + lam * np.sign(B)))
    return max(at.max(), np.abs(g0).max()) / lam


def elementwise(lam):
    model = LogisticRegression(C=1 / (lam * n), l1_ratio=1, solver="saga", tol=1e-14, max_iter=10**6, random_state=0)
    model.fit(X, label)
    return model.coef_.T, model.intercept_ - model.intercept_.mean()


def by_rows(lam):
    """Accelerated proximal gradient steps with adaptive restart, on centred columns so that the steps are long."""
    center = X.mean(0)
    A = np.column_stack([X - center, np.ones(n)])
    step = 2 * n / np.linalg.norm(A, 2) ** 2
    at = before = np.zeros((p + 1, K))
    t = 1.0
    for _ in range(10**6):
        ahead = at + (t - 1) / (t + 2) * (at - before)
        point = ahead - step * A.T @ (softmax(A @ ahead) - Y) / n
        norms = np.linalg.norm(point[:p], axis=1, keepdims=True)
        point[:p] *= np.maximum(0, 1 - step * lam / np.maximum(norms, 1e-300))
        t = 1.0 if np.sum((ahead - point) * (point - at)) > 0 else t + 1
        before, at = at, point
        if np.abs(at - before).max() < 1e-16:
            break
    B, b0 = at[:p], at[p] - center @ at[:p]
    return B, b0 - b0.mean()


G0, _ = gradients(np.zeros((p, K)), np.log(Y.mean(0)))
cases = {}
for name, solve, largest in [
    ("elementwise", elementwise, np.abs(G0).max()),
    ("by_rows", by_rows, np.linalg.norm(G0, axis=1).max()),
]:
    lambdas = largest * 0.05 ** (np.arange(1, 7) / 6)
    solutions = [solve(lam) for lam in lambdas]
    cases[name] = {
        "lambda_max": float(largest),
        "lambdas": lambdas.tolist(),
        "intercepts": [b0.tolist() for _, b0 in solutions],
        "coefficients": [B.tolist() for B, _ in solutions],
        "kkt_max": max(violation(B, b0, lam, name == "by_rows") for (B, b0), lam in zip(solutions, lambdas)),
    }
json.dump(
    {
        "name": "multinomial",
        "source": f"elementwise: scikit-learn {sklearn.__version__}, LogisticRegression(solver='saga'); "
        f"by_rows: proximal gradient steps under numpy {np.__version__}",
        "objective": "(1/n) sum_i (log sum_k exp(eta_ik) - eta_i,class(i)) + lambda R(B), eta = b0 + X B; R the sum of "
        "|B_jk| or of the norms of rows; b0 sums to zero; coefficients[k][j] is row j of B; X is column major",
        "n": n,
        "p": p,
        "classes": classes,
        "X": X.ravel(order="F").tolist(),
        "y": [classes[k] for k in label],
        **cases,
    },
    sys.stdout,
)
print()
