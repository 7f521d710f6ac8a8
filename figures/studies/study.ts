/** How much of a study is run: a taste of it in every reproduction, what is committed, or the larger setting. */
export const SETTINGS = ["quick", "desk", "paper"] as const;

export type Setting = (typeof SETTINGS)[number];

/** A piece of a study that is computed by itself: a replicate under one condition, say. */
export interface Task {
  /** Its own among the tasks of its study, and the same in every setting that has it. */
  readonly id: string;
  /** What decides the result, together with the code; JSON. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

/** What a task gave; JSON objects, so that records can be read by anyone. */
export type Result = Readonly<Record<string, unknown>>;

/** A finished task. */
export interface Finished<T extends Task = Task, R = Result> {
  readonly task: T;
  readonly result: R;
}

/**
 * An experiment: many tasks, each with a record that is kept.
 *
 * Tasks of the quick setting are tasks of the desk setting too, so that a reproduction compares their results with the
 * committed ones.
 */
export interface Study {
  /** In kebab-case: the name of its records and what the command line calls it. */
  readonly name: string;
  /** The question, and whose setting it is. */
  readonly title: string;
  /** All tasks of a setting, in the order in which they are recorded. */
  tasks(setting: Setting): readonly Task[];
  /** Computes a task: the same numbers for the same parameters on every machine, but for what is measured. */
  run(task: Task): Promise<Result> | Result;
  /** Keys of a result that are measured, such as seconds, and therefore not compared. Default: none. */
  readonly measured?: readonly string[];
  /** How far recomputed numbers may lie from the committed ones, relatively. Default: 1e-6. */
  readonly tolerance?: number;
}

/** A task whose id spells its parameters, in their order. */
export function taskOf(parameters: Task["parameters"]): Task {
  const id = Object.entries(parameters)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
  return { id, parameters };
}

/** All combinations of values, the last key fastest, as tasks. */
export function grid(values: Readonly<Record<string, readonly (number | string | boolean)[]>>): Task[] {
  let combinations: Record<string, number | string | boolean>[] = [{}];
  for (const [key, choices] of Object.entries(values)) {
    combinations = combinations.flatMap((start) => choices.map((choice) => ({ ...start, [key]: choice })));
  }
  return combinations.map(taskOf);
}

/** `0, 1, ..., count - 1`: replicates, which are seeds too. */
export function replicates(count: number): number[] {
  return Array.from({ length: count }, (_, r) => r);
}
