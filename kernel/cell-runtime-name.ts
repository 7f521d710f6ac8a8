/** Name of the global through which compiled cells reach the kernel. */
export const CELL_RUNTIME = "__cell__";
