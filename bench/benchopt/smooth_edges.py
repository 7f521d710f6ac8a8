"""A solver for benchopt's benchmark_lasso: copy it into that benchmark's folder `solvers`.

Node loads the package from SMOOTH_EDGES_HOME, a folder in which `npm install smooth-edges` was run; by default from here.
What is timed is a fit to the tolerance asked for, in a process that is started and warm before.
"""
import json
import os
import subprocess
import tempfile

import numpy as np
from benchopt import BaseSolver
from scipy import sparse

WORKER = """
const { readFileSync, writeFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { SmoothLasso } = require("smooth-edges");
const folder = process.argv[1];
const { nSamples, nFeatures, lambda, isSparse } = JSON.parse(readFileSync(`${folder}/problem.json`, "utf8"));
const numbers = (name, Kind) => new Kind(new Uint8Array(readFileSync(`${folder}/${name}`)).buffer);
const data = numbers("data", Float64Array);
const parts = () => ({ format: "csc", indices: numbers("indices", Int32Array), indptr: numbers("indptr", Int32Array) });
const X = { data, nSamples, nFeatures, ...(isSparse && parts()) };
const y = numbers("y", Float64Array);
createInterface({ input: process.stdin }).on("line", (tol) => {
  const model = new SmoothLasso({ lambda, tol: Number(tol), fitIntercept: false, standardize: false });
  const { coef, status } = model.fit(X, y);
  writeFileSync(`${folder}/coef`, coef);
  console.log(status);
});
console.log("ready");
"""


class Solver(BaseSolver):
    name = "smooth-edges"
    sampling_strategy = "tolerance"
    worker = None

    def skip(self, X, y, lmbd, fit_intercept):
        return (True, "it appends no intercept to its coefficients") if fit_intercept else (False, None)

    def set_objective(self, X, y, lmbd, fit_intercept):
        """min 1/2 ||y - X b||^2 + lmbd ||b||_1, which is ours times the number of samples."""
        self.stop()
        self.folder = tempfile.TemporaryDirectory()
        n_samples, self.n_features = X.shape
        if sparse.issparse(X):
            X = X.tocsc()
            self.write("indices", X.indices, np.int32)
            self.write("indptr", X.indptr, np.int32)
        self.write("data", X.data if sparse.issparse(X) else X, np.float64)
        self.write("y", y, np.float64)
        problem = dict(nSamples=n_samples, nFeatures=self.n_features, isSparse=sparse.issparse(X))
        with open(f"{self.folder.name}/problem.json", "w") as file:
            json.dump(dict(problem, **{"lambda": float(lmbd) / n_samples}), file)
        command = ["node", "-e", WORKER, self.folder.name]
        home = os.environ.get("SMOOTH_EDGES_HOME", ".")
        self.worker = subprocess.Popen(command, cwd=home, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.worker.stdout.readline() != "ready\n":
            raise RuntimeError(f"smooth-edges: node must find the package in {home}; run npm install smooth-edges there")

    def write(self, name, values, kind):
        np.ascontiguousarray(values, dtype=kind).tofile(f"{self.folder.name}/{name}")

    def warm_up(self):
        self.run(0.1)

    def run(self, tolerance):
        print(max(tolerance, 1e-14), file=self.worker.stdin, flush=True)
        self.status = self.worker.stdout.readline().strip()
        if not self.status:
            raise RuntimeError("smooth-edges: the solver ended without a solution; its error stands above")

    def get_result(self):
        return dict(beta=np.fromfile(f"{self.folder.name}/coef"))

    def stop(self):
        if self.worker:
            self.worker.stdin.close()
            self.worker.wait()
            self.worker.stdout.close()
            self.worker = None

    def __del__(self):
        self.stop()
