import type { Layout } from "../contenders/library";
import type { Loss } from "../problems";
import type { Clock } from "./contestant";

/**
 * What was found of a contender: `equal` at the loosest power of ten that reaches the target, `default` at its own tolerance;
 * `missed`, the last try, where none reaches it within the limit of time; `too-slow` where no try ended in time.
 */
export type Label = "equal" | "default" | "missed" | "too-slow" | "failed";

/** One line of the history of a benchmark. */
export interface Row {
  readonly problem: string;
  readonly loss: Loss;
  /** Its name; of lines before there were any others in a profile undefined. */
  readonly penalty?: string;
  readonly contender: string;
  readonly ours: boolean;
  readonly threads: number;
  readonly layout: Layout;
  readonly label: Label;
  readonly target: number;
  /** 0 for a method without one. */
  readonly tol?: number;
  /** The median of the repetitions; of `too-slow` the limit. */
  readonly seconds?: number;
  readonly repetitions?: readonly number[];
  /**
   * What making the contender's matrix of the user's plain arrays took before each of them, the median, by the same clock; of this
   * library by columns alone, and undefined of older lines.
   */
  readonly loadSeconds?: number;
  /** The first solve of the process, when nothing is compiled or cached. */
  readonly firstSeconds?: number;
  /** The largest error along the path, by the checker. */
  readonly worst?: number;
  readonly objectiveSum?: number;
  readonly nonzeros?: number;
  /** The smallest along the path, as a share of that without coefficients. */
  readonly testError?: number;
  readonly iterations?: number | null;
  /** Largest resident memory of the process, and that with the problem loaded before it solved, in MB. */
  readonly peakMb?: number;
  readonly loadedMb?: number;
  readonly version?: string;
  /** Why it failed. */
  readonly message?: string;
}

/** What all rows after it share, until the next. */
export interface RunHeader {
  readonly run: {
    readonly date: string;
    readonly commit: string;
    readonly machine: string;
    /** Whether each process is held to as many processors as it may use threads. */
    readonly pinned: boolean;
    readonly anchorSeconds: number;
    /** What times are of; of lines without it a clock on the wall. */
    readonly clock?: Clock;
    readonly missing: readonly string[];
  };
}

/** What programs took in processes of their own, counted from the start of each; not by threads and layouts. */
export interface FreshLine {
  readonly fresh: "first call" | "memory";
  /** What each program did, in words. */
  readonly task: string;
  readonly programs: readonly FreshProgram[];
  /** Programs that are left out, each with why. */
  readonly missing: readonly string[];
}

export interface FreshProgram {
  readonly program: string;
  readonly version: string;
  /** Of a first call: from the start of the process to its end, the median, and each of them. */
  readonly seconds?: number;
  readonly repetitions?: readonly number[];
  /** Of memory: the most of the process when its package was loaded, and until the end; the difference as a share of the table. */
  readonly loadedMb?: number;
  readonly peakMb?: number;
  readonly shareOfX?: number;
}

export type Line = Row | FreshLine | RunHeader;

export const isHeader = (line: Line): line is RunHeader => "run" in line;

export const isFresh = (line: Line): line is FreshLine => "fresh" in line;
