/** The first lasso of a fresh process, of 100 rows and 20 columns: what a script pays before its first result. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Table } from "smooth-edges";
import { median } from "./interleaved";

const [N, P] = [100, 20];

/** A program that loads a package, makes rows and fits a lasso at `lambda = 0.1`. */
interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

/** Each program prints the first coefficient, so that none is timed that did not fit. */
function programs(python: string, rscript: string): Program[] {
  const ours = `
const { SmoothLasso } = require(${JSON.stringify(join(__dirname, "../.."))});
const X = Array.from({ length: ${N} }, (_, i) => Array.from({ length: ${P} }, (_, j) => Math.sin(1 + i * (j + 1))));
console.log(new SmoothLasso({ lambda: 0.1 }).fit(X, X.map((row) => 2 * row[0] - row[3])).coef[0]);`;
  const theirs = `
import numpy as np
from sklearn.linear_model import Lasso
i, j = np.arange(${N})[:, None], np.arange(${P})[None, :]
X = np.sin(1 + i * (j + 1.0))
print(Lasso(alpha=0.1).fit(X, 2 * X[:, 0] - X[:, 3]).coef_[0])`;
  const glmnet = `
suppressMessages(library(glmnet))
X <- sin(1 + outer(0:${N - 1}, 1:${P}))
cat(as.numeric(glmnet(X, 2 * X[, 1] - X[, 4], lambda = 0.1)$beta[1]), "\\n")`;
  return [
    { name: "smooth-edges", command: [process.execPath, "-e", ours] },
    { name: "scikit-learn", command: [python, "-c", theirs] },
    { name: "glmnet", command: [rscript, "-e", glmnet] },
  ];
}

/** Seconds from the start of a process to its end, in turns; a program that is not here or fails is left out, with why. */
export function benchFirstCall(python: string, rscript: string, rounds: number): Table {
  const missing: string[] = [];
  const run = ({ name, command: [program, ...rest] }: Program): number | undefined => {
    const start = performance.now();
    const { status, stdout, stderr, error } = spawnSync(program, rest, { encoding: "utf8" });
    const seconds = (performance.now() - start) / 1000;
    if (status === 0 && Number.parseFloat(stdout) > 1) return seconds;
    missing.push(`${name} is left out: ${error?.message ?? stderr.trim().split("\n").pop()}.`);
    return undefined;
  };
  // The first round finds what is here, and reads its files once.
  const here = programs(python, rscript).filter((program) => run(program) !== undefined);
  const times = here.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < here.length; turn++) {
      const k = (round + turn) % here.length;
      times[k].push(run(here[k])!);
    }
  }
  const seconds = times.map(median);
  const title = `the first lasso of a fresh process, ${N} x ${P}, median of ${rounds} rounds`;
  return new Table({
    title: [title, ...missing].join("; "),
    columns: ["program", "seconds", "ratio to smooth-edges"],
    rows: here.map(({ name }, k) => [name, seconds[k], seconds[k] / seconds[0]]),
  });
}
