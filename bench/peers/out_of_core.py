"""A lasso of logistic loss on Parquet files, by fileDesign, by scikit-learn's partial_fit and by Spark: objective, time and memory.

    npm run bench -- files --rows 1e6 --folder files   # makes the files
    python bench/peers/out_of_core.py 'files/rows-1000000-0-*.parquet' --spark /path/of/python/with/pyspark

The objective is the mean loss plus lambda times the sum of absolute coefficients of columns as they are, by one scan for all results.
The memory is the most of a contender's processes together, looked at ten times a second.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

BATCH = 65_536

LIBRARY = """
const { fileDesign } = require("smooth-edges/frame");
const { logistic, SmoothLasso } = require("smooth-edges");
(async () => {
  const [, files, lambda, out] = process.argv;
  const table = await fileDesign(files, { response: "label", exclude: "y" });
  const model = new SmoothLasso({ datafit: logistic(), standardize: false, lambda: Number(lambda), tol: 1e-6 });
  const { coef, intercept } = await table.fit(model);
  const results = [{ name: `fileDesign, ${table.passes} passes`, coef: [...coef], intercept }];
  require("node:fs").writeFileSync(out, JSON.stringify(results));
})();
"""

SPARK = """
import json, sys
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
files, strength, out, features = sys.argv[1:]
spark = SparkSession.builder.master("local[2]").config("spark.driver.memory", "4g").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
frame = VectorAssembler(inputCols=json.loads(features), outputCol="x").transform(spark.read.parquet(files)).select("x", "label")
model = LogisticRegression(featuresCol="x", regParam=float(strength), elasticNetParam=1, standardization=False).fit(frame)
name = f"Spark, {model.summary.totalIterations} iterations"
json.dump([{"name": name, "coef": list(model.coefficients), "intercept": model.intercept}], open(out, "w"))
"""


def batches(files, features):
    """Yields features and labels of some rows."""
    for file in files:
        for batch in parquet.ParquetFile(file).iter_batches(BATCH, columns=[*features, "label"]):
            columns = [column.to_numpy() for column in batch.columns]
            yield np.column_stack(columns[:-1]), columns[-1]


def sgd(files, features, strength, epochs, out):
    """Writes what epochs of stochastic gradient descent with scikit-learn's default steps come to."""
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(loss="log_loss", penalty="l1", alpha=strength, random_state=0)
    for _ in range(epochs):
        for x, y in batches(files, features):
            model.partial_fit(x, y, classes=[0, 1])
    name = f"SGDClassifier.partial_fit, {epochs} epoch{'s' if epochs > 1 else ''}"
    results = [{"name": name, "coef": model.coef_[0].tolist(), "intercept": model.intercept_[0]}]
    json.dump(results, open(out, "w"))


def memory_of(session):
    """The resident bytes of all processes of a session."""
    total = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            continue  # It has ended.
    return total


def measured(command):
    """Runs a contender, and returns its results with its time and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.json")
        start = time.perf_counter()
        process = subprocess.Popen(command(str(out)), start_new_session=True, stderr=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            most = max(most, memory_of(process.pid))
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        results = json.loads(out.read_text())
    return [{**result, "seconds": seconds, "megabytes": most / 2**20} for result in results]


def objectives(files, features, strength, results):
    """Adds the objective of each result, and the share of exact zeros, in one scan."""
    coefs = np.array([result["coef"] for result in results]).T
    intercepts = np.array([result["intercept"] for result in results])
    loss, n = np.zeros(len(results)), 0
    for x, y in batches(files, features):
        eta = x @ coefs + intercepts
        loss += (np.logaddexp(0, eta) - y[:, None] * eta).sum(axis=0)
        n += len(y)
    for result, value in zip(results, loss / n + strength * np.abs(coefs).sum(axis=0), strict=True):
        result["objective"] = value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files")
    parser.add_argument("--strength", type=float, default=0.01, help="lambda")
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5, 20])
    parser.add_argument("--spark", help="a Python with pyspark and numpy; left out where there is none")
    parser.add_argument("--sgd", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    files = sorted(glob.glob(arguments.files))
    features = [name for name in parquet.read_schema(files[0]).names if name not in ("y", "label")]
    strength = arguments.strength
    if arguments.sgd:
        sgd(files, features, strength, arguments.epochs[0], arguments.sgd)
        return
    root = str(Path(__file__).resolve().parents[2])
    os.chdir(root)
    pattern = arguments.files
    results = measured(lambda out: ["node", "-e", LIBRARY, pattern, str(strength), out])
    for epochs in arguments.epochs:
        call = [sys.executable, __file__, pattern, "--strength", str(strength), "--epochs", str(epochs)]
        results += measured(lambda out, call=call: [*call, "--sgd", out])
    if arguments.spark:
        spark = [arguments.spark, "-c", SPARK, pattern, str(strength)]
        results += measured(lambda out: [*spark, out, json.dumps(features)])
    objectives(files, features, strength, results)
    least = min(result["objective"] for result in results)
    print("| contender | objective above the least | coefficients that are not 0 | seconds | most memory, MB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for result in results:
        count = np.count_nonzero(result["coef"])
        numbers = f"{result['seconds']:.0f} | {result['megabytes']:.0f}"
        print(f"| {result['name']} | {result['objective'] - least:.1e} | {count} | {numbers} |")


main()
