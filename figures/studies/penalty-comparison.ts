import { grid, type Task } from "./study";

/** A network under one of the ways to make its groups zero, or to know which are. */
export interface PenaltyRun {
  readonly method: "no penalty" | "oracle" | "direct group lasso" | "gates";
  /** 1 for plain weights. */
  readonly depth: number;
  /** Lambda. */
  readonly strength: number;
  readonly seed: number;
}

/** What is compared, for each seed in turn; the rest of a scale is the same in all tasks. */
export function penaltyTasks({
  seeds,
  lambdas,
  ...scale
}: {
  readonly seeds: readonly number[];
  readonly lambdas: readonly number[];
}): Task[] {
  const constant = Object.fromEntries(Object.entries(scale).map(([key, value]) => [key, [value as number]]));
  return seeds.flatMap((seed) => {
    const of = (method: PenaltyRun["method"], depth: number, strength: readonly number[]): Task[] =>
      grid({ ...constant, method: [method], depth: [depth], strength, seed: [seed] });
    return [
      ...of("no penalty", 1, [0]),
      ...of("oracle", 1, [0]),
      ...of("direct group lasso", 1, lambdas),
      ...[2, 3, 4].flatMap((depth) => of("gates", depth, lambdas)),
    ];
  });
}
