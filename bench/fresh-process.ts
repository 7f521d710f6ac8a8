/**
 * What programs take in processes of their own, counted from the start of each: the seconds of a first small lasso, which is what
 * a script pays before its first result, and the memory of a path on a dense table.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Table } from "smooth-edges";
import { LIBRARY } from "./comparison/contender-rows";
import type { FreshLine, FreshProgram } from "./comparison/row";
import type { Interpreters } from "./contenders/contenders";
import { environment } from "./contenders/worker-process";
import { median } from "./interleaved";
import { normalsOf } from "./memory";

/** A program that fits, and prints in one line numbers, blanks between them, and in the next its version. */
interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

/** What a program printed, and the seconds from the start of its process to the end. */
interface Outcome {
  readonly numbers: readonly number[];
  readonly version: string;
  readonly seconds: number;
}

/** A measurement, by the name that it has in a history. */
export interface FreshMeasurement {
  readonly fresh: FreshLine["fresh"];
  measure(interpreters: Interpreters): FreshLine;
}

/** The measurements that a comparison on all problems includes. */
export const FRESH_MEASUREMENTS: readonly FreshMeasurement[] = [
  { fresh: "first call", measure: (interpreters) => measureFirstCall(interpreters, 7) },
  { fresh: "memory", measure: (interpreters) => measureMemory(interpreters, 2000, 25000, 100) },
];

const ROOT = join(__dirname, "../..");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const OURS = `console.log(${JSON.stringify(version)} + ", Node " + process.versions.node)`;
const SKLEARN = `import sklearn; print(f"{sklearn.__version__}, numpy {np.__version__}")`;
const GLMNET = `cat(getNamespaceVersion("glmnet"), ", R ", R.version$major, ".", R.version$minor, "\\n", sep = "")`;

/** The numbers, version and time of a program, or a sentence that says why there are none. */
function run({ name, command: [program, ...rest] }: Program, env?: NodeJS.ProcessEnv): Outcome | string {
  const start = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(program, rest, { encoding: "utf8", env });
  const seconds = (performance.now() - start) / 1000;
  const [first = "", version = ""] = stdout?.trim().split("\n") ?? [];
  const numbers = first.trim().split(/\s+/).map(Number);
  if (status === 0 && numbers.every((value) => value > 0)) return { numbers, version, seconds };
  const said = stderr?.trim().split("\n").pop();
  const reason = error?.message ?? (said || `it printed "${first}" and ended with ${signal ?? status}`);
  return `${name} is left out: ${reason.replace(/\.$/, "")}`;
}

const isMissing = (outcome: Outcome | string): outcome is string => typeof outcome === "string";

const [N, P] = [100, 20];

/** Each program loads a package, makes rows and fits a lasso at `lambda = 0.1`. It prints its first coefficient, so that none is timed that did not fit. */
function firstCalls({ python, rscript }: Interpreters): Program[] {
  const ours = `
const { SmoothLasso } = require(${JSON.stringify(ROOT)});
const X = Array.from({ length: ${N} }, (_, i) => Array.from({ length: ${P} }, (_, j) => Math.sin(1 + i * (j + 1))));
console.log(new SmoothLasso({ lambda: 0.1 }).fit(X, X.map((row) => 2 * row[0] - row[3])).coef[0]);
${OURS}`;
  const sklearn = `
import numpy as np
from sklearn.linear_model import Lasso
i, j = np.arange(${N})[:, None], np.arange(${P})[None, :]
X = np.sin(1 + i * (j + 1.0))
print(Lasso(alpha=0.1).fit(X, 2 * X[:, 0] - X[:, 3]).coef_[0])
${SKLEARN}`;
  const glmnet = `
suppressMessages(library(glmnet))
X <- sin(1 + outer(0:${N - 1}, 1:${P}))
cat(as.numeric(glmnet(X, 2 * X[, 1] - X[, 4], lambda = 0.1)$beta[1]), "\\n")
${GLMNET}`;
  return [
    { name: LIBRARY, command: [process.execPath, "-e", ours] },
    { name: "scikit-learn", command: [python, "-c", sklearn] },
    { name: "glmnet", command: [rscript, "-e", glmnet] },
  ];
}

/** Seconds from the start of a process to its end, in turns; a program that is not here or fails is left out, with why. */
function measureFirstCall(interpreters: Interpreters, rounds: number): FreshLine {
  // The first round finds what is here, and reads its files once.
  const tried = firstCalls(interpreters).map((program) => ({ program, outcome: run(program) }));
  const here = tried.flatMap(({ program, outcome }) =>
    isMissing(outcome) ? [] : [{ program, version: outcome.version, times: [] as number[] }],
  );
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < here.length; turn++) {
      const { program, times } = here[(round + turn) % here.length];
      const outcome = run(program);
      if (isMissing(outcome)) throw new Error(outcome);
      times.push(outcome.seconds);
    }
  }
  return {
    fresh: "first call",
    task: `the first lasso of a fresh process, ${N} x ${P}, median of ${rounds} rounds`,
    programs: here.map(({ program: { name }, version, times }) => ({
      program: name,
      version,
      seconds: median(times),
      repetitions: times,
    })),
    missing: tried.map(({ outcome }) => outcome).filter(isMissing),
  };
}

/** {@link measureFirstCall} as a table. */
export function benchFirstCall(interpreters: Interpreters, rounds: number): Table {
  const { task, programs, missing } = measureFirstCall(interpreters, rounds);
  const own = programs.find(({ program }) => program === LIBRARY);
  if (!own) throw new Error(missing[0]);
  return new Table({
    title: [task, ...missing].join("; "),
    columns: ["program", "seconds", "ratio to smooth-edges"],
    rows: programs.map(({ program, seconds }) => [program, seconds!, seconds! / own.seconds!]),
  });
}

/** Smallest lambda of the path whose memory is measured, as a share of the largest. */
const RATIO = 0.01;

/**
 * Each program prints in kB the most memory of its process twice: when its package is loaded, and when it has a path of the table,
 * without intercept and standardization. Peers read the table that `folder` has, where they compute on it; this library makes
 * the same one.
 */
function densePaths(
  { python, rscript }: Interpreters,
  folder: string,
  size: string,
  nLambdas: number,
): Program[] {
  const ours = `
const { readFileSync } = require("node:fs");
const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
const { benchMemory } = require(${JSON.stringify(join(__dirname, "memory"))});
const [n, p] = [${size}], loaded = peak();
const path = { nLambdas: ${nLambdas}, lambdaMinRatio: ${RATIO} };
const status = benchMemory("dense", { nSamples: n, nFeatures: p, nStored: 0 }, path).rows[0].at(-1);
if (status !== "converged") throw new Error("a fit is " + status);
console.log(loaded, peak());
${OURS}`;
  const sklearn = `
import re
import numpy as np
from sklearn.linear_model import lasso_path
peak = lambda: re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
(n, p), loaded = (${size}), peak()
X = np.fromfile("${folder}/X.bin").reshape((n, p), order="F")
lasso_path(X, np.fromfile("${folder}/y.bin"), eps=${RATIO}, n_alphas=${nLambdas}, copy_X=False)
print(loaded, peak())
${SKLEARN}`;
  const glmnet = `
suppressMessages(library(glmnet))
peak <- function() as.numeric(gsub("\\\\D", "", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
size <- c(${size}); loaded <- peak()
X <- readBin("${folder}/X.bin", "double", prod(size)); dim(X) <- size
y <- readBin("${folder}/y.bin", "double", size[1])
fit <- glmnet(X, y, nlambda = ${nLambdas}, lambda.min.ratio = ${RATIO}, standardize = FALSE, intercept = FALSE)
cat(loaded, peak(), "\\n")
${GLMNET}`;
  return [
    { name: LIBRARY, command: [process.execPath, "-e", ours] },
    { name: "scikit-learn", command: [python, "-c", sklearn] },
    { name: "glmnet", command: [rscript, "-e", glmnet] },
  ];
}

/** The most memory of a path on a dense table beyond that of a process that only loaded the package, as a share of the table; with one thread. */
export function measureMemory(
  interpreters: Interpreters,
  nSamples: number,
  nFeatures: number,
  nLambdas: number,
): FreshLine {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    writeTable(folder, nSamples, nFeatures);
    const programs: FreshProgram[] = [];
    const missing: string[] = [];
    for (const program of densePaths(interpreters, folder, `${nSamples}, ${nFeatures}`, nLambdas)) {
      const outcome = run(program, environment(1));
      if (isMissing(outcome)) {
        missing.push(outcome);
        continue;
      }
      const [loadedMb, peakMb] = outcome.numbers.map((kilobytes) => kilobytes / 1024);
      const tableMb = (8 * nSamples * nFeatures) / 2 ** 20;
      const shareOfX = (peakMb - loadedMb) / tableMb;
      programs.push({ program: program.name, version: outcome.version, loadedMb, peakMb, shareOfX });
    }
    const task = `a path of ${nLambdas} lambdas to ${RATIO} of the largest on a dense table, ${nSamples} x ${nFeatures}`;
    return { fresh: "memory", task, programs, missing };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the dense table of `bench memory` to `X.bin`, by columns, and its response to `y.bin`. */
function writeTable(folder: string, nSamples: number, nFeatures: number): void {
  const [next, column, y] = [normalsOf(nSamples), new Float64Array(nSamples), new Float64Array(nSamples)];
  const file = openSync(join(folder, "X.bin"), "w");
  for (let j = 0; j < nFeatures; j++) {
    next(column, j, y);
    writeSync(file, column);
  }
  closeSync(file);
  writeFileSync(join(folder, "y.bin"), y);
}
