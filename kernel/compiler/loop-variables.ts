/**
 * Keeps numbers that a loop of a cell assigns in local variables while it runs.
 *
 * V8 allocates memory for each fraction that is assigned to a variable of the notebook, and none for one of a function. A number can be
 * local where no other code can read or assign it meanwhile: the loop awaits nothing, and no function of any cell so far names the
 * variable, so that none of the functions that the loop may call can reach it.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import type { CellRuntime } from "./types";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as { isAssignmentTarget(node: ts.Node): boolean };

/**
 * Returns the names of the notebook's variables that a loop can keep in local ones: those of numbers that it assigns.
 *
 * @param isVariable whether a name is a variable of the notebook
 * @param isReachable whether a function of a cell can read or assign a variable
 */
export function numbersOfLoop(
  loop: ts.Statement,
  checker: ts.TypeChecker,
  isVariable: (node: ts.Node) => node is ts.Identifier,
  isReachable: (name: string) => boolean,
): ReadonlySet<string> {
  if (waits(loop)) return new Set();
  const numbers = assignedNumbers(loop, checker, isVariable);
  return new Set([...numbers].filter((name) => !isReachable(name)));
}

/** Returns the numbers that a loop changes by assignments, `++` and `--` alone, and not as parts of patterns or heads of loops. */
function assignedNumbers(
  loop: ts.Statement,
  checker: ts.TypeChecker,
  isVariable: (node: ts.Node) => node is ts.Identifier,
): Set<string> {
  const numbers = new Set<string>();
  const others = new Set<string>();
  const isNumber = (name: ts.Identifier): boolean => {
    const symbol = checker.getSymbolAtLocation(name);
    if (!symbol || (symbol.flags & ts.SymbolFlags.Variable) === 0) return false;
    return isNumeric(checker.getTypeOfSymbol(symbol));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const place = wrapperOf(node);
      if ((ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) && parent.name === node)
        others.add(node.text);
      else if (internals.isAssignmentTarget(place)) {
        const isPlain = targetOf(place.parent) === node && isVariable(node) && isNumber(node);
        (isPlain ? numbers : others).add(node.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(loop);
  return new Set([...numbers].filter((name) => !others.has(name)));
}

function isNumeric(type: ts.Type): boolean {
  return type.isUnion() ? type.types.every(isNumeric) : (type.flags & ts.TypeFlags.NumberLike) !== 0;
}

/** Returns the outermost of the parentheses and types around an expression. */
function wrapperOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const isWrapper =
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isTypeAssertionExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isNonNullExpression(parent);
  return isWrapper ? wrapperOf(parent) : node;
}

/** Whether a part of a loop awaits something itself. */
function waits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier) return true;
  if ((node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) return true;
  return ts.forEachChild(node, (child) => waits(child) || undefined) === true;
}

/**
 * Writes a loop whose numbers are local variables. Each assignment also goes to an object. Where an interrupt ends the loop, the notebook's
 * variables get their values from it.
 */
export class LoopEmitter {
  readonly #factory: ts.NodeFactory;
  readonly #variable: (name: string) => ts.Expression;
  readonly #held: ts.Identifier;
  readonly #locals: ReadonlyMap<string, ts.Identifier>;

  /** @param variable makes the expression of a variable of the notebook */
  constructor(
    factory: ts.NodeFactory,
    numbers: ReadonlySet<string>,
    variable: (name: string) => ts.Expression,
  ) {
    this.#factory = factory;
    this.#variable = variable;
    this.#held = factory.createUniqueName("held");
    this.#locals = new Map([...numbers].map((name) => [name, factory.createUniqueName(name)]));
  }

  /** Returns the local variable of a name; undefined where it has none. */
  local({ text }: ts.Identifier): ts.Identifier | undefined {
    return this.#locals.get(text);
  }

  /**
   * Makes `held.total = total_1 += x` of `total += x`, and likewise of `total++`; undefined for other nodes.
   *
   * @param isVariable whether a name is a variable of the notebook
   */
  step(
    node: ts.Node,
    visit: (node: ts.Node) => ts.VisitResult<ts.Node>,
    isVariable: (node: ts.Node) => node is ts.Identifier,
  ): ts.Expression | undefined {
    const factory = this.#factory;
    const target = targetOf(node);
    const local = target && isVariable(target) ? this.local(target) : undefined;
    if (!target || !local) return undefined;
    const hold = (value: ts.Expression): ts.Expression =>
      factory.createAssignment(this.#heldNumber(target.text), value);
    if (ts.isBinaryExpression(node)) {
      const right = ts.visitNode(node.right, visit) as ts.Expression;
      return hold(factory.updateBinaryExpression(node, local, node.operatorToken, right));
    }
    if (ts.isPrefixUnaryExpression(node)) return hold(factory.updatePrefixUnaryExpression(node, local));
    const { operator } = node as ts.PostfixUnaryExpression;
    const one = factory.createNumericLiteral(1);
    const next =
      operator === ts.SyntaxKind.PlusPlusToken
        ? factory.createAdd(local, one)
        : factory.createSubtract(local, one);
    const steps = factory.updatePostfixUnaryExpression(node as ts.PostfixUnaryExpression, local);
    return factory.createParenthesizedExpression(factory.createComma(hold(next), steps));
  }

  /** Puts the declarations of the local variables before a loop, and behind it the assignment to those of the notebook. */
  around(loop: ts.Statement): ts.Statement {
    const factory = this.#factory;
    const fields = [...this.#locals.keys()].map((name) =>
      factory.createPropertyDeclaration(undefined, name, undefined, undefined, this.#variable(name)),
    );
    const held = factory.createClassExpression(undefined, undefined, undefined, undefined, fields);
    const declare = (name: ts.Identifier, value: ts.Expression): ts.VariableDeclaration =>
      factory.createVariableDeclaration(name, undefined, undefined, value);
    const declarations = [
      declare(this.#held, this.#call("hold", held)),
      ...Array.from(this.#locals, ([name, local]) => declare(local, this.#heldNumber(name))),
    ];
    const list = factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let);
    const release = factory.createBlock([factory.createExpressionStatement(this.#call("release"))]);
    return factory.createBlock([
      factory.createVariableStatement(undefined, list),
      factory.createTryStatement(factory.createBlock([loop]), undefined, release),
    ]);
  }

  #heldNumber(name: string): ts.Expression {
    return this.#factory.createPropertyAccessExpression(this.#held, name);
  }

  #call(name: keyof CellRuntime, ...given: ts.Expression[]): ts.Expression {
    const factory = this.#factory;
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(CELL_RUNTIME), name);
    return factory.createCallExpression(callee, undefined, given);
  }
}

/** Returns the name that an assignment, `++` or `--` changes. */
function targetOf(node: ts.Node): (ts.Expression & ts.Identifier) | undefined {
  const target = ts.isBinaryExpression(node)
    ? isAssignmentOperator(node.operatorToken.kind) && node.left
    : (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node) && node.operand;
  return target && ts.isIdentifier(target) ? target : undefined;
}

function isStep({ operator }: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
