"""The Python peers of the benchmark.

  python3 worker.py --list [FOLDER]              which peers are here, and which of them take the problem in FOLDER
  python3 worker.py FOLDER PEER LAYOUT THREADS   one peer on one problem: solves as often as asked on standard input
"""
from __future__ import annotations

import json
import os
import sys
import time
from importlib import metadata

import numpy as np

import peers
import problem
import skglm_peer

LASSO = dict(losses={"squared"}, penalties={"l1"}, sparse=True, folds=False)


def peer(package, prepare, **takes):
    return dict(package=package, prepare=prepare, **{**LASSO, **takes})


PEERS = {
    "sklearn-cd": peer("scikit-learn", peers.sklearn_cd),
    "sklearn-lars": peer("scikit-learn", peers.sklearn_lars, sparse=False),
    "sklearn-liblinear": peer("scikit-learn", peers.sklearn_liblinear, losses={"logistic"}),
    "sklearn-cv": peer("scikit-learn", peers.sklearn_cv, folds=True),
    "sklearn-lars-cv": peer("scikit-learn", peers.sklearn_lars_cv, sparse=False, folds=True),
    "celer": peer("celer", peers.celer_path, losses={"squared", "logistic"}, penalties={"l1", "group"}),
    "celer-pn": peer("celer", peers.celer_pn, losses={"logistic"}),
    "celer-cv": peer("celer", peers.celer_cv, folds=True),
    "skglm": peer("skglm", skglm_peer.skglm, losses={"squared", "logistic", "poisson", "gamma"},
                  penalties={"l1", "group", "sparse-group", "mcp", "scad", "lq"}),
    "skglm-cv": peer("skglm", skglm_peer.skglm, folds=True),
    "sklearn-ridge": peer("scikit-learn", peers.sklearn_ridge, penalties={"ridge"}),
    "glum": peer("glum", peers.glum_path, losses={"squared", "logistic", "poisson", "gamma", "tweedie", "negative-binomial"}),
    "adelie": peer("adelie", peers.adelie, losses={"squared", "logistic", "poisson"},
                   penalties={"l1", "group"}, sparse=False),
}


def takes(p, q):
    return (q["loss"] in p["losses"] and q["penalty"]["name"] in p["penalties"] and (p["sparse"] or not q["sparse"])
            and (q["folds"] > 0) == p["folds"] and (q["loss"] == "squared" or q["penalty"]["name"] == "l1"))


def version_of(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def say(value):
    print("RESULT " + json.dumps(value), flush=True)


def listing(folder):
    q = json.load(open(os.path.join(folder, "problem.json"))) if folder else None
    say([dict(name=name, package=p["package"], version=version_of(p["package"]), takes=q is None or takes(p, q))
         for name, p in PEERS.items()])


def serve(folder, name, layout, threads):
    q = problem.load(folder, layout)
    solve, default_tol = PEERS[name]["prepare"](q, int(threads))
    version = f"{version_of(PEERS[name]['package'])}, numpy {np.__version__}"
    say(dict(version=version, pid=os.getpid(), defaultTol=default_tol))
    for line in sys.stdin:
        request = json.loads(line)
        start, used = time.perf_counter(), time.process_time()
        coefs, iterations, *chosen = solve(request["tol"] or default_tol)
        seconds, processor_seconds = time.perf_counter() - start, time.process_time() - used
        np.asarray(coefs).ravel(order="F").astype("<f8").tofile(request["out"])
        say(dict(seconds=seconds, processorSeconds=processor_seconds, iterations=iterations,
                 **({"chosen": chosen[0]} if chosen else {})))


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        listing(sys.argv[2] if len(sys.argv) > 2 else None)
    else:
        serve(*sys.argv[1:])
