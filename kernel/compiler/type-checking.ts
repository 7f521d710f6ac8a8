/**
 * What becomes of a cell that fails its type check: it is refused, it runs with a warning, or nothing is checked.
 *
 * It stands by itself because every cell's globals mention it: all that they import is read at every start.
 */
export type TypeChecking = "on" | "warn" | "off";
