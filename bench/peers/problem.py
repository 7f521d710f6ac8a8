"""A problem as the benchmark hands it over, and numbers in the layout asked for."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np


def load(folder: str, layout: str = "columns") -> dict:
    d = Path(folder)
    q = json.loads((d / "problem.json").read_text())
    n, p = q["nSamples"], q["nFeatures"]
    q.update(n=n, p=p, y=np.fromfile(d / "y.bin"), lambdas=np.fromfile(d / "lambdas.bin"))
    q["kind"], q["size"] = q["penalty"]["name"], q["penalty"].get("size", 0)
    data = np.fromfile(d / "data.bin")
    if q["sparse"]:
        import scipy.sparse as sp
        indices, indptr = (np.fromfile(d / f"{f}.bin", dtype=np.int32) for f in ("indices", "indptr"))
        q["X"] = sp.csc_matrix((data, indices, indptr), shape=(n, p))
    else:
        X = data.reshape((n, p), order="F")
        q["X"] = np.ascontiguousarray(X) if layout == "rows" else X
    return q


def folds(q: dict):
    """Rows of each fold's fit and those held out."""
    fold = np.arange(q["n"]) % q["folds"]
    return [(fold != f, fold == f) for f in range(q["folds"])]
