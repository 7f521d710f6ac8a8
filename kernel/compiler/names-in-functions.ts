/** Finds the names by which functions of cells can read and assign variables of the notebook, whenever they are called. */
import ts from "typescript";
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import { isInFunction } from "./later-names";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as { isExpressionNode(node: ts.Node): boolean };

/** Names by which code can reach all variables at once. */
const NAMES_OF_SCOPE: readonly string[] = ["arguments", "eval", "exports", CELL_RUNTIME, VARIABLES];

/** The names in all functions of the cells so far. */
export class NamesInFunctions {
  readonly #names: Set<string> = new Set();

  add(name: string): void {
    this.#names.add(name);
  }

  /**
   * Adds the names in the functions of a cell.
   *
   * @param isVariable whether a name is a variable of the notebook, or may become one
   */
  addFrom(node: ts.Node, isVariable: (name: ts.Identifier) => boolean): void {
    if (ts.isIdentifier(node) && isValue(node)) {
      if (isOfScope(node) || (isInFunction(node) && isVariable(node))) this.#names.add(node.text);
    }
    ts.forEachChild(node, (child) => this.addFrom(child, isVariable));
  }

  /** Whether a function can read or assign a variable. */
  reach(name: string): boolean {
    return [name, ...NAMES_OF_SCOPE].some((each) => this.#names.has(each));
  }
}

function isValue(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) return false;
  return ts.isShorthandPropertyAssignment(parent) || internals.isExpressionNode(name);
}

/** Whether a name reaches all variables; an ordinary function has arguments of its own. */
function isOfScope(name: ts.Identifier): boolean {
  const hasOwn = (each: ts.Node): boolean => ts.isFunctionLike(each) && !ts.isArrowFunction(each);
  if (name.text === "arguments" && ts.findAncestor(name, hasOwn)) return false;
  return NAMES_OF_SCOPE.includes(name.text);
}
