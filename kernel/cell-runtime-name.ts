/** Name of the global through which compiled cells reach the kernel. */
export const CELL_RUNTIME = "__cell__";

/** The parameter of a compiled cell that holds the variables of the notebook. */
export const VARIABLES = "__variables__";

/** Begins the globals that say whether a name which functions use without a declaration is a variable of the notebook by now. */
export const DECLARED = "__declared__";
