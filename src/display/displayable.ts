import { DISPLAY, INSPECT, type MimeBundle } from "./mime-bundle";
import type { Table } from "./table";

/**
 * Makes one value show itself as a table, as {@link makeDisplayable} does for all of a class.
 *
 * For values that are plain records, with nothing listed but what they hold. A copy by `{ ...value }` shows its fields again.
 *
 * @returns the value.
 */
export function displayable<Value extends object>(value: Value, summary: (value: Value) => Table): Value {
  return Object.defineProperties(value, {
    [DISPLAY]: { value: (): MimeBundle => summary(value).toMimeBundle() },
    toString: { value: (): string => summary(value).toString() },
    [INSPECT]: { value: (): string => summary(value).toString() },
  });
}
