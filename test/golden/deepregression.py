"""The data of deepregression's tests of its lasso layers, and the exact answers they approximate.

There: 1000 rows, 50 uniform columns, y = 10 x1 + standard normal noise, penalty parameter 1, mean squared error without
intercept. The product layer adds ||u||^2 + ||v||^2, which induces 2 ||b||_1; the difference layer induces ||b||_1.

Only X'X/n and X'y/n matter, so only they are kept. Answers: proximal gradient steps (ISTA) until they stand still.
Usage: python3 deepregression.py > deepregression.json
"""

import json

import numpy as np

n, p = 1000, 50
random = np.random.default_rng(42)
X = random.random((n, p))
y = 10 * X[:, 0] + random.standard_normal(n)
gram, moment = X.T @ X / n, X.T @ y / n


def lasso(penalty):
    """argmin of mean squared error + penalty ||b||_1"""
    step = 1 / (2 * np.linalg.eigvalsh(gram)[-1])
    b = np.zeros(p)
    for _ in range(200_000):
        z = b - step * 2 * (gram @ b - moment)
        after = np.sign(z) * np.maximum(np.abs(z) - step * penalty, 0)
        if np.array_equal(after, b):
            break
        b = after
    return b.tolist()


print(
    json.dumps(
        {
            "name": "deepregression's tests of its lasso layers",
            "source": f"numpy {np.__version__}, default_rng(42), by deepregression.py",
            "objective": "sum_ij b_i gram_ij b_j - 2 sum_i moment_i b_i + penalty sum_i |b_i|: the mean squared error less mean(y^2)",
            "n": n,
            "p": p,
            "gram_lower": [gram[i, : i + 1].tolist() for i in range(p)],
            "moment": moment.tolist(),
            "product": {"penalty": 2, "coefficients": lasso(2)},
            "difference": {"penalty": 1, "coefficients": lasso(1)},
        },
        indent=1,
    )
)
