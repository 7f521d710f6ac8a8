/** This library on one problem, in a process of its own: `node library-worker.js FOLDER CONTENDER LAYOUT THREADS`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readProblem } from "../problems/files";
import { type Layout, librarySolver, loaderOf } from "./library";
import { RESULT, type Ready, type Solved, type SolveRequest, type Time } from "./messages";

const DEFAULT_TOL = 1e-7;

const [folder, contender, layout, threads] = process.argv.slice(2);
const problem = readProblem(folder);
const load = loaderOf(problem, layout as Layout, Number(threads));
const solver = librarySolver(problem, contender, Number(threads));
const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));

function say(message: Ready | Solved): void {
  process.stdout.write(`${RESULT}${JSON.stringify(message)}\n`);
}

/** Vectors one after the other. */
function joined(vectors: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(vectors.length * vectors[0].length);
  vectors.forEach((vector, k) => {
    all.set(vector, k * vector.length);
  });
  return all;
}

/** What a task gives, and the time it takes. */
function timed<T>(task: () => T): [result: T, time: Time] {
  const start = performance.now();
  const used = process.cpuUsage();
  const result = task();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  return [result, { seconds, processorSeconds: (user + system) / 1e6 }];
}

say({ version: `${version}, Node ${process.versions.node}`, pid: process.pid, defaultTol: DEFAULT_TOL });
createInterface({ input: process.stdin }).on("line", (line) => {
  const { tol, out } = JSON.parse(line) as SolveRequest;
  // Anew for every solve: nothing that one worked out about the columns is there for the next, and loading is warm when solving is.
  const [X, loading] = timed(load);
  const [{ coefs, ...rest }, time] = timed(() => solver(X, tol));
  writeFileSync(out, joined(coefs));
  say({ ...time, ...rest, ...(layout === "columns" && { loading }) });
});
