import { largeP, type Scaled } from "../studies/large-p";
import { lassoByOptimizers, type Outcome } from "../studies/lasso-by-optimizers";
import { medianOf } from "../studies/means";
import { multiTask, type Race } from "../studies/multi-task";
import { type Overlapped, overlappingGroups } from "../studies/overlapping-groups";
import { type AtLambda, DIVISORS, smallLambdas } from "../studies/small-lambdas";
import { type Rooted, squareRootLasso } from "../studies/square-root-lasso";
import { type Draws, drawsOf } from "./draws";

/** How often as much a surrogate needs as what is made for the same problem, in one setting. */
export interface Ratio {
  readonly surrogate: string;
  readonly alternative: string;
  readonly setting: string;
  /** What is counted until which gap. */
  readonly measure: string;
  readonly notebook: string;
  /** Draws in which one of the two arrives; where the other does not the ratio is 0 or infinite. */
  readonly n: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Of the draws, in how many the surrogate is ahead. */
  readonly ahead: number;
  /** Ahead in nine draws of ten or more, behind in as many, or neither. */
  readonly outcome: "better" | "level" | "worse";
}

type Named = Pick<Ratio, "surrogate" | "alternative" | "setting" | "measure" | "notebook">;

/** What does not arrive takes for ever. */
function ratio(named: Named, surrogate: Draws, alternative: Draws): Ratio {
  const ratios = [...surrogate].flatMap(([draw, taken]) => {
    const other = alternative.get(draw)!;
    return Number.isFinite(taken) || Number.isFinite(other)
      ? [Number.isFinite(other) ? taken / other : 0]
      : [];
  });
  const n = ratios.length;
  const ahead = ratios.filter((each) => each < 1).length;
  const behind = ratios.filter((each) => each > 1).length;
  return {
    ...named,
    n,
    median: medianOf(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    ahead,
    outcome: ahead >= 0.9 * n ? "better" : behind >= 0.9 * n ? "worse" : "level",
  };
}

/** Passes over the rows until L-BFGS on `u v` is within a millionth of the lasso, beside those of solvers made for it. */
export function passes(): Ratio[] {
  const shares = ["largest λ / 3", "largest λ / 10", "largest λ / 33"];
  const of = (method: string, k: number): Draws =>
    drawsOf<Outcome>(lassoByOptimizers, {
      where: { method },
      by: ["snr", "replicate"],
      value: ({ runs }) => runs[k].reached ?? Number.POSITIVE_INFINITY,
    });
  return ["coordinate descent", "FISTA"].flatMap((alternative) =>
    shares.map((setting, k) =>
      ratio(
        { surrogate: "L-BFGS on u v", alternative, setting, measure: "passes to 1e-6", notebook: "05" },
        of("u v: L-BFGS", k),
        of(alternative, k),
      ),
    ),
  );
}

/** Seconds, or iterations, until the duality gap is a millionth of the objective at zero, on four real tables. */
export function smallLambdaTimes(surrogate: string, key: "seconds" | "iterations"): Ratio[] {
  const of = (method: string, divisor: number): Draws =>
    drawsOf<AtLambda>(smallLambdas, {
      where: { method, divisor },
      by: ["data"],
      value: (result) => (result.done ? result[key] : Number.POSITIVE_INFINITY),
    });
  return DIVISORS.map((divisor) =>
    ratio(
      {
        surrogate: surrogate === "auto" ? "active set" : surrogate.replace(" and L-BFGS", ""),
        alternative: "coordinate descent",
        setting: `largest λ / ${divisor}`,
        measure: `${key} to 1e-6`,
        notebook: "24",
      },
      of(surrogate, divisor),
      of("coordinate descent", divisor),
    ),
  );
}

/** Seconds as features grow, sparse tables and dense ones together. */
export function largeTimes(surrogate: string): Ratio[] {
  const of = (method: string, p: number): Draws =>
    drawsOf<Scaled>(largeP, {
      where: { method, p },
      by: ["table", "replicate"],
      value: ({ seconds }) => seconds,
    });
  const sizes = { "1000": 1e3, "10 000": 1e4, "100 000": 1e5, "1 000 000": 1e6 };
  return Object.entries(sizes).map(([size, p]) =>
    ratio(
      {
        surrogate: surrogate === "auto" ? "active set" : surrogate,
        alternative: "coordinate descent",
        setting: `${size} features`,
        measure: "seconds to 1e-6",
        notebook: "17",
      },
      of(surrogate, p),
      of("coordinate descent", p),
    ),
  );
}

/** Seconds until the gap was first seen below a millionth; for ever where it never was. */
function until({ gaps, seconds }: Pick<Rooted, "gaps" | "seconds">, method: string): number {
  return seconds[method][gaps[method].findIndex((gap) => gap < 1e-6)] ?? Number.POSITIVE_INFINITY;
}

/** Gates with one factor eliminated beside ADMM with two steps, its best and a usual one. */
export function overlapTimes(): Ratio[] {
  const of = (method: string): Draws =>
    drawsOf<Overlapped>(overlappingGroups, {
      where: { size: "full" },
      value: (result) => until(result, method),
    });
  return ["0.05", "1"].map((gamma) =>
    ratio(
      {
        surrogate: "VarPro on gates",
        alternative: "ADMM",
        setting: `overlapping groups, its step ${gamma}`,
        measure: "seconds to 1e-6",
        notebook: "22",
      },
      of("VarPro on gates"),
      of(`ADMM, γ = ${gamma}`),
    ),
  );
}

/** The lifted square-root lasso, where a residual is left and where none is. */
export function rootTimes(): Ratio[] {
  const of = (method: string, share: number): Draws =>
    drawsOf<Rooted>(squareRootLasso, {
      where: { size: "full", share },
      value: (result) => until(result, method),
    });
  const lifted = "VarPro, loss lifted";
  const where = { "square-root loss, residual left": 1 / 2, "square-root loss, none left": 1 / 20 };
  return ["coordinate descent", "scaled lasso"].flatMap((alternative) =>
    Object.entries(where).map(([setting, share]) =>
      ratio(
        { surrogate: lifted, alternative, setting, measure: "seconds to 1e-6", notebook: "22" },
        of(lifted, share),
        of(alternative, share),
      ),
    ),
  );
}

/** The nuclear norm by factors beside FISTA. */
export function taskTimes(surrogate: string): Ratio[] {
  const of = (way: string, nTasks: number, share: number): Draws =>
    drawsOf<Race>(multiTask, {
      where: { kind: "race", nTasks, share },
      value: ({ ways, seconds }) =>
        seconds[way][ways[way].excess.findIndex((excess) => excess < 1e-6)] ?? Number.POSITIVE_INFINITY,
    });
  return [
    [5, 0.1],
    [5, 0.01],
    [20, 0.1],
    [20, 0.01],
    [100, 0.01],
  ].map(([nTasks, share]) =>
    ratio(
      {
        surrogate: surrogate.replace(" and L-BFGS", " on U V'"),
        alternative: "FISTA",
        setting: `${nTasks} tasks, largest λ / ${1 / share}`,
        measure: "seconds to 1e-6",
        notebook: "23",
      },
      of(surrogate, nTasks, share),
      of("FISTA", nTasks, share),
    ),
  );
}
