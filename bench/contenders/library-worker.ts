/** This library on one problem, in a process of its own: `node library-worker.js FOLDER CONTENDER LAYOUT THREADS`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readProblem } from "../problems/files";
import { type Layout, librarySolver } from "./library";
import { RESULT, type Ready, type Solved, type SolveRequest } from "./messages";

const DEFAULT_TOL = 1e-7;

const [folder, contender, layout, threads] = process.argv.slice(2);
const solver = librarySolver(readProblem(folder), contender, layout as Layout, Number(threads));
const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));

function say(message: Ready | Solved): void {
  process.stdout.write(`${RESULT}${JSON.stringify(message)}\n`);
}

say({ version: `${version}, Node ${process.versions.node}`, pid: process.pid, defaultTol: DEFAULT_TOL });
createInterface({ input: process.stdin }).on("line", (line) => {
  const { tol, out } = JSON.parse(line) as SolveRequest;
  const solve = solver(tol);
  const start = performance.now();
  const used = process.cpuUsage();
  const { coefs, ...rest } = solve();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  writeFileSync(out, coefs);
  say({ seconds, processorSeconds: (user + system) / 1e6, ...rest });
});
