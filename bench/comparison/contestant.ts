import { join } from "node:path";
import { judge, judgePath, type PathJudgement } from "../checker/judge";
import type { Contender } from "../contenders/contenders";
import type { Layout } from "../contenders/library";
import type { Ready, Solved } from "../contenders/messages";
import { type Session, startWorker } from "../contenders/worker-process";
import type { BenchProblem } from "../problems";
import { readFloats } from "../problems/files";
import type { Trial } from "./search";

/** A solve, timed and judged. */
export type JudgedTrial = Trial & Solved & PathJudgement;

export type Clock = "wall" | "processor";

/** The circumstances that all contestants share. */
export interface Setting {
  readonly problem: BenchProblem;
  /** Where the problem is written, and solutions are. */
  readonly folder: string;
  readonly layout: Layout;
  readonly threads: number;
  /** What a time is of: a clock on the wall, or the processor, which on a busy machine tells more. */
  readonly clock: Clock;
  /** After which a solve is given up. */
  readonly limitSeconds: number;
}

/** A contender at work on one problem. */
export class Contestant {
  readonly contender: Contender;
  readonly #setting: Setting;
  readonly #trials = new Map<number, JudgedTrial>();
  #session: Session | undefined;
  #ready: Ready | undefined;
  #firstSeconds: number | undefined;
  #solvedSeconds = 0;

  constructor(contender: Contender, setting: Setting) {
    this.contender = contender;
    this.#setting = setting;
  }

  /** What it said of itself once it was started; undefined before. */
  get ready(): Ready | undefined {
    return this.#ready;
  }

  get firstSeconds(): number | undefined {
    return this.#firstSeconds;
  }

  get memory(): ReturnType<Session["memory"]> {
    return this.#session?.memory();
  }

  /** Starts its process, unless it runs. */
  async start(): Promise<Ready> {
    const { folder, layout, threads, limitSeconds } = this.#setting;
    const command = this.contender.command(folder, layout, threads);
    // Reading and compiling may take a while even where no solve may.
    this.#session ??= await startWorker(command, threads, Math.max(300, limitSeconds));
    this.#ready = this.#session.ready;
    return this.#ready;
  }

  /** Solves once, starting a process if need be. @throws TooSlow past the limit, with the process ended. */
  async time(tol: number): Promise<Solved> {
    await this.start();
    try {
      const { limitSeconds, clock } = this.#setting;
      const start = performance.now();
      const answer = await this.#session!.solve({ tol, out: this.#out }, limitSeconds);
      const solved = clock === "processor" ? ofProcessor(answer) : answer;
      this.#firstSeconds ??= solved.seconds;
      // A clock of the processor may stand still for a short solve; loading warms no solve.
      this.#solvedSeconds += (performance.now() - start) / 1000 - (answer.loading?.seconds ?? 0);
      return solved;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Solves until it has been at it for so long since its process began: what it runs often is compiled by then. */
  async warmUp(tol: number, seconds: number): Promise<void> {
    while (this.#solvedSeconds < seconds) await this.time(tol);
  }

  /** Solves and judges, once a tolerance. */
  async try(tol: number): Promise<JudgedTrial> {
    const known = this.#trials.get(tol);
    if (known) return known;
    const solved = await this.time(tol);
    const trial = { tol, ...solved, ...this.#judge(solved) };
    this.#trials.set(tol, trial);
    return trial;
  }

  close(): void {
    this.#solvedSeconds = 0;
    this.#session?.close();
    this.#session = undefined;
  }

  get #out(): string {
    return join(this.#setting.folder, `${this.contender.name.replace(/\W+/g, "-")}.bin`);
  }

  #judge({ chosen }: Solved): PathJudgement {
    const { problem } = this.#setting;
    const coefs = readFloats(this.#out);
    if (chosen !== undefined) {
      const { error, objective, ...rest } = judge(problem, coefs, problem.lambdas[chosen]);
      return { worst: error, objectiveSum: objective, ...rest };
    }
    const expected = problem.lambdas.length * problem.nFeatures * problem.nResponses;
    // Some end their path early.
    if (coefs.length !== expected)
      return { worst: Number.POSITIVE_INFINITY, objectiveSum: Number.NaN, nonzeros: 0 };
    return judgePath(problem, coefs);
  }
}

/** The same by the clock of the processor. */
function ofProcessor(answer: Solved): Solved {
  const { processorSeconds, loading } = answer;
  return {
    ...answer,
    seconds: processorSeconds,
    ...(loading && { loading: { ...loading, seconds: loading.processorSeconds } }),
  };
}
