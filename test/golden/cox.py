"""Cox partial likelihoods, scores and information from statsmodels' PHReg with Breslow's ties.

usage: python cox.py > cox-partial-likelihood.json
"""

import json
import sys

import numpy as np
import statsmodels
from statsmodels.duration.hazard_regression import PHReg

rng = np.random.default_rng(20)
n, p = 30, 4
X = np.round(rng.normal(size=(n, p)), 3)
beta = np.array([1.0, -0.7, 0.4, 0.0])
time = np.ceil(8 * rng.exponential(np.exp(-X @ beta)) + 0.01)  # whole numbers: many ties
status = (rng.uniform(size=n) < 0.7).astype(float)
model = PHReg(time, X, status=status, ties="breslow")
points = []
for at in [np.zeros(p), beta, np.array([-2.0, 3.0, 0.5, 1.0])]:
    points.append(
        {
            "coef": at.tolist(),
            "loglike": float(model.loglike(at)),
            "score": model.score(at).tolist(),
            "hessian": model.hessian(at).tolist(),
        }
    )
json.dump(
    {
        "name": "cox-partial-likelihood",
        "source": f"statsmodels {statsmodels.__version__}, PHReg, ties='breslow'",
        "objective": "log partial likelihood, a sum over events, Breslow's ties; X is row major",
        "n": n,
        "p": p,
        "X": X.ravel().tolist(),
        "time": time.tolist(),
        "status": status.tolist(),
        "points": points,
    },
    sys.stdout,
)
print()
