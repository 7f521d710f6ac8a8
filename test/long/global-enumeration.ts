/**
 * Five hundred problems of twelve features for each penalty, against all 4096 supports: no bound of `certifyGlobal` may be above a minimum
 * that enumeration finds, and what it calls optimal must not be above it either.
 *
 * Each problem is a line of `build/global-enumeration.jsonl`, so that the same command goes on where it was stopped, with the same commit.
 * `GLOBAL_PROBLEMS` sets the number of problems a penalty, `GLOBAL_FIRST` the first seed.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { addEntry, lockJournal, readJournal } from "../../figures/runs/journal";
import { SparseLinearModel } from "../../src";
import { certifyGlobal } from "../../src/global";
import { seededRandom } from "../../src/random/random";
import { GLOBAL_CASES, smallProblem } from "../support/global-problems";
import { leastOverSupports } from "../support/least-over-supports";
import { ROOT } from "../support/tracked-files";

const PROBLEMS = Number(process.env.GLOBAL_PROBLEMS ?? 500);
const FIRST = Number(process.env.GLOBAL_FIRST ?? 1);
const JOURNAL = join(ROOT, "build/global-enumeration.jsonl");
const FEATURES = 12;

/** Why a proof of a problem is wrong; empty where it is right. */
function faultOf(
  { name, penalty, term }: (typeof GLOBAL_CASES)[number],
  seed: number,
): { readonly fault: string; readonly isOptimal: boolean } {
  const { X, columns, y, lambda } = smallProblem(seed, FEATURES);
  const model = new SparseLinearModel({
    penalty,
    lambda,
    tol: 1e-3,
    standardize: false,
    fitIntercept: false,
  });
  const proof = certifyGlobal(model.fit(X, y), { timeLimit: 2 });
  const { b, objective } = leastOverSupports(columns, y, term(lambda), seededRandom(seed).uniform);
  const isOptimal = proof.status === "optimal";
  const isWithin = b.every((entry, j) => Math.abs(entry) <= (proof.box?.[j] ?? Number.POSITIVE_INFINITY));
  const isAbove =
    proof.lowerBound > objective * (1 + 1e-12) || (isOptimal && proof.objective > objective * (1 + 2e-6));
  const fault = isAbove && isWithin;
  const where = `${name}, seed ${seed}: [${proof.lowerBound}, ${proof.objective}], ${proof.status}, and ${objective}`;
  return { fault: fault ? where : "", isOptimal };
}

describe("bounds on global minima of twelve features", function () {
  this.timeout(12 * 3_600_000);

  it("are never above what enumeration finds", () => {
    const release = lockJournal(JOURNAL);
    try {
      const commit =
        spawnSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).stdout?.trim() || "unknown";
      const own = readJournal(JOURNAL).entries.filter((entry) => entry.commit === commit);
      const done = new Map(
        own.map(({ task, result }) => [task, result as unknown as ReturnType<typeof faultOf>]),
      );
      for (let seed = FIRST; seed < FIRST + PROBLEMS; seed++) {
        for (const known of GLOBAL_CASES) {
          const task = `${known.name}, seed ${seed}`;
          if (done.has(task)) continue;
          const start = performance.now();
          const result = faultOf(known, seed);
          done.set(task, result);
          addEntry(JOURNAL, {
            task,
            result: { ...result },
            seconds: (performance.now() - start) / 1000,
            commit,
          });
        }
        const closed = [...done.values()].filter(({ isOptimal }) => isOptimal).length;
        if ((seed - FIRST + 1) % 25 === 0) {
          process.stdout.write(
            `${seed - FIRST + 1} of ${PROBLEMS} seeds, ${closed} of ${done.size} proofs closed\n`,
          );
        }
      }
      assert.deepEqual(
        [...done.values()].map(({ fault }) => fault).filter((fault) => fault !== ""),
        [],
      );
    } finally {
      release();
    }
  });
});
