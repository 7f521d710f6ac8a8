/** Runs the compiler with the language's own built-ins, and turns its failures into one sentence. */
import { withBuiltIns } from "../built-ins";
import { CellError, compilerFailed } from "../errors";

/** @throws CellError where the compiler itself fails */
export function guardedCompiler<T>(work: () => T): T {
  try {
    return withBuiltIns(work);
  } catch (error) {
    if (error instanceof CellError) throw error;
    throw compilerFailed((error as Error).message);
  }
}
