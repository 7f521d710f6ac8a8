/** At which exceptions the debugger can be asked to stop. */
import type { JsonObject } from "../wire";

/** By the names that V8 has for them; where both are chosen, the first one holds. */
export const EXCEPTION_FILTERS: readonly {
  readonly filter: string;
  readonly label: string;
  readonly default: boolean;
}[] = [
  { filter: "all", label: "Every exception", default: false },
  { filter: "uncaught", label: "Uncaught exceptions", default: false },
];

/** The state that V8 knows for the arguments of a `setExceptionBreakpoints` request. */
export function pauseState({ filters }: JsonObject): string {
  const chosen = EXCEPTION_FILTERS.find(({ filter }) => Array.isArray(filters) && filters.includes(filter));
  return chosen?.filter ?? "none";
}
