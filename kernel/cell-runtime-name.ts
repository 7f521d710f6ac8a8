/** Name of the global through which compiled cells reach the kernel. */
export const CELL_RUNTIME = "__cell__";

/** The parameter of a compiled cell that holds the variables of the notebook. */
export const VARIABLES = "__variables__";

/** A message of V8 without what the compiler has put before the names of variables. */
export function asWritten(message: string): string {
  const called = new RegExp(`\\(0 ?, ?${VARIABLES}\\.([^\\s().]+)\\)`, "g");
  return message.replace(called, "$1").replaceAll(`${VARIABLES}.`, "");
}
