import { readRecords } from "../runs/records";
import type { Finished, Study, Task } from "../studies/study";

/** A number for each draw of the data, by the name of the draw. */
export type Draws = ReadonlyMap<string, number>;

/** Which records count, and what of them. */
export interface Chosen<R> {
  /** Parameters that tasks have in common. */
  readonly where: Task["parameters"];
  /** Parameters that name a draw. Default: `replicate`. */
  readonly by?: readonly string[];
  /** Of several records of a draw that with the least of these counts, as the one of several lambdas. */
  readonly least?: (result: R) => number;
  readonly value: (result: R) => number;
}

const read = new Map<string, Finished<Task, unknown>[]>();

/**
 * What the records of a study, in the desk setting, have to say of each draw.
 *
 * @throws Error where there are none, or several of a draw and nothing to choose by.
 */
export function drawsOf<R>(study: Study, { where, by = ["replicate"], least, value }: Chosen<R>): Draws {
  const records = read.get(study.name) ?? readRecords<unknown>(study, "desk");
  read.set(study.name, records);
  const chosen = new Map<string, R>();
  for (const { task, result } of records as Finished<Task, R>[]) {
    if (Object.entries(where).some(([key, wanted]) => task.parameters[key] !== wanted)) continue;
    const draw = by.map((key) => String(task.parameters[key])).join(" ");
    const before = chosen.get(draw);
    if (before === undefined) chosen.set(draw, result);
    else if (least === undefined)
      throw new Error(`${study.name}: draw ${draw} of ${JSON.stringify(where)} is there twice`);
    else if (least(result) < least(before)) chosen.set(draw, result);
  }
  if (chosen.size === 0) throw new Error(`${study.name} has no records of ${JSON.stringify(where)}`);
  return new Map([...chosen].map(([draw, result]) => [draw, value(result)]));
}
