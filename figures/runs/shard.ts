import { UsageError } from "../../kernel/errors";
import type { Task } from "../studies/study";

/** Part `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The whole of a study, as one part. */
export const WHOLE: Shard = { index: 1, count: 1 };

/**
 * Reads `2/8`.
 *
 * @throws UsageError when the text is no such part.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(index >= 1 && index <= count)) {
    throw new UsageError(`--shard must be i/n with i from 1 to n, such as 2/8, got ${text}`);
  }
  return { index, count };
}

/** Every `count`-th task, beginning with the `index`-th, so that long and short tasks are spread over the parts. */
export function tasksOf<T extends Task>(shard: Shard, tasks: readonly T[]): T[] {
  return tasks.filter((_, k) => k % shard.count === shard.index - 1);
}

/** The end of the name of a part's journal. */
export function suffixOf({ index, count }: Shard): string {
  return count === 1 ? "" : `.${index}-of-${count}`;
}
