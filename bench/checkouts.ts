import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentCommit, type NamedProblem } from "./comparison/compare";
import { markdownTable, seconds } from "./comparison/markdown";
import { type Session, startWorker } from "./contenders/worker-process";
import { median } from "./interleaved";
import { writeProblem } from "./problems/files";

/** Seconds that a solve may take. */
const LIMIT = 300;
/** The first solves of a process compile, so they are not counted. */
const UNCOUNTED = 3;

/** Two checkouts of this library on one problem. */
export interface CheckoutRow {
  readonly problem: string;
  /** Processor seconds of each solve, in the order of the rounds. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Whether both found the same coefficients, to the last bit. */
  readonly sameBits: boolean;
}

/**
 * Times two built checkouts of this library on the same problems, in processor seconds of one thread at the default tolerance. They
 * solve in turn, each round with the other one first, so that the two times of a round are of the same state of the machine.
 *
 * @throws Error when a checkout is not built, or a solve fails
 */
export async function compareCheckouts(
  before: string,
  after: string,
  problems: readonly NamedProblem[],
  rounds: number,
  done: (row: CheckoutRow) => void = () => {},
): Promise<CheckoutRow[]> {
  const rows: CheckoutRow[] = [];
  for (const { name, make } of problems) {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const sessions: Session[] = [];
    try {
      writeProblem(make(), folder);
      for (const checkout of [before, after]) sessions.push(await startSession(checkout, folder));
      const times: [number[], number[]] = [[], []];
      const out = (k: number): string => join(folder, `coefficients-${k}.bin`);
      for (let round = -UNCOUNTED; round < rounds; round++) {
        for (const k of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const { processorSeconds } = await sessions[k].solve(
            { tol: sessions[k].ready.defaultTol, out: out(k) },
            LIMIT,
          );
          if (round >= 0) times[k].push(processorSeconds);
        }
      }
      const sameBits = readFileSync(out(0)).equals(readFileSync(out(1)));
      rows.push({ problem: name, before: times[0], after: times[1], sameBits });
      done(rows[rows.length - 1]);
    } finally {
      for (const session of sessions) session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}

/** The rows as a Markdown table, with the geometric mean of each problem's ratios and twice its standard error. */
export function checkoutsReport(before: string, after: string, rows: readonly CheckoutRow[]): string {
  const columns = ["problem", "rounds", "before, s", "after, s", "after : before", "± 2 se", "same bits"];
  const cells = rows.map((row) => {
    const { mean, error } = logRatio(row);
    return [
      row.problem,
      String(row.before.length),
      seconds(median(row.before)),
      seconds(median(row.after)),
      Math.exp(mean).toFixed(3),
      (2 * error * Math.exp(mean)).toFixed(3),
      row.sameBits ? "yes" : "no",
    ];
  });
  const overall = Math.exp(rows.reduce((sum, row) => sum + logRatio(row).mean, 0) / rows.length);
  return [
    `Before: ${currentCommit(before)}. After: ${currentCommit(after)}. Seconds are medians of the processor's time.`,
    markdownTable(columns, cells),
    `Geometric mean over the problems: ${overall.toFixed(3)}.`,
  ].join("\n\n");
}

/** Mean and standard error over the rounds of the logarithm of after over before. */
function logRatio({ before, after }: CheckoutRow): { readonly mean: number; readonly error: number } {
  const logs = before.map((time, round) => Math.log(after[round] / time));
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const squares = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (logs.length - 1) / logs.length) };
}

function startSession(checkout: string, folder: string): Promise<Session> {
  const worker = join(checkout, "dist/bench/contenders/library-worker.js");
  if (!existsSync(worker)) {
    throw new Error(
      `bench checkouts: ${checkout} must be a built checkout, and has no ${worker}; run npm run build in it`,
    );
  }
  const command = { program: process.execPath, arguments: [worker, folder, "smooth-edges", "columns", "1"] };
  return startWorker(command, 1, LIMIT);
}
