/** Runs the compiler with the language's own built-ins, and turns its failures into one sentence. */
import { lostBuiltIn, withBuiltIns } from "../built-ins";
import { CellError, compilerFailed } from "../errors";

/** @throws CellError where the compiler itself fails */
export function guardedCompiler<T>(work: () => T): T {
  try {
    return withBuiltIns(work);
  } catch (error) {
    if (error instanceof CellError) throw error;
    const lost = lostBuiltIn();
    throw lost === undefined ? compilerFailed((error as Error).message) : builtInLost(lost);
  }
}

/** @param name of a built-in that the compiler needs, as `Array.prototype.map` */
export function builtInLost(name: string): CellError {
  return new CellError(
    `compiler: ${name} must be the language's own, got one that a cell has put there for good; restart the kernel`,
  );
}
