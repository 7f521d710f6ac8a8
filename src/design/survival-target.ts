import { missingSurvivalColumns, mustBe } from "../errors";
import { asTarget, loneColumn } from "./as-target";
import { columnSource } from "./column-source";
import type { TargetInput } from "./design-input";
import { copyFiniteColumn } from "./finite-column";

/**
 * Times until an event, as signed numbers: `t` for an event at `t`, `-t` for a sample censored at `t`.
 *
 * @param y rows `[time, event]`, or a table with the columns `time`, positive, and `event`, truth values or 1 and 0; or the
 * signed numbers themselves.
 * @throws InputError naming the first row, counted from 0, that holds no time or no event, or the column that is missing.
 */
export function survivalTarget(where: string, y: TargetInput): Float64Array {
  const table = timeAndEvent(where, y);
  if (table === undefined) return asTarget(where, y);
  const times = new Float64Array(table.times.length);
  copyFiniteColumn(where, "the time of y", table.times, times);
  return times.map((time, i) => {
    if (!(time > 0)) {
      const remedy = time === 0 ? "start the clock earlier" : undefined;
      throw mustBe(where, `the time of y, row ${i}`, "positive", time, remedy);
    }
    return isEvent(where, i, table.events[i]) ? time : -time;
  });
}

function isEvent(where: string, row: number, event: unknown): boolean {
  if (event === true || event === 1 || event === 1n) return true;
  if (event === false || event === 0 || event === 0n) return false;
  throw mustBe(where, `the event of y, row ${row}`, "true or false, 1 or 0", event);
}

/** The two columns, or undefined where there is one alone. */
function timeAndEvent(
  where: string,
  y: TargetInput,
): { times: ArrayLike<unknown>; events: ArrayLike<unknown> } | undefined {
  if (loneColumn(where, y, "y")) return undefined;
  const { names, nColumns, column } = columnSource(where, "y", y);
  if (nColumns < 2) return undefined;
  if (!names) {
    if (nColumns > 2) throw mustBe(where, "y", "one column, or two: time and event", nColumns);
    return { times: column(0), events: column(1) };
  }
  const missing = ["time", "event"].filter((name) => !names.includes(name));
  if (missing.length > 0) throw missingSurvivalColumns(where, missing);
  return { times: column(names.indexOf("time")), events: column(names.indexOf("event")) };
}
