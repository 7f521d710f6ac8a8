/**
 * Finds the loops of a cell whose numbers can be kept in local variables while they run.
 *
 * V8 allocates memory for each fraction that is assigned to a variable of the notebook, and none for one of a function. A loop is
 * therefore compiled with local variables where no other code can read or assign the notebook's meanwhile. Either the loop runs no
 * other code: it has no call, getter, iterator or conversion of an object. Or it awaits nothing, and no function of any cell so far
 * names the variable, so that none of the functions that the loop may call can reach it.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import { isGlobalOrUnknown } from "./later-names";
import type { CellRuntime } from "./types";

/** The functions of the language's `Math` when the kernel started, since a cell may replace them. */
const MATH: ReadonlyMap<string, unknown> = new Map(
  Object.getOwnPropertyNames(Math).map((name) => [name, Reflect.get(Math, name) as unknown]),
);

/** The types that loops may index and iterate over beside arrays. */
const TYPED_ARRAY = /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/;

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
  const numbers = assignedNumbers(loop, checker, isVariable);
  if (numbers.size === 0 || new LoopReader(checker).isAlone(loop)) return numbers;
  return new Set(waits(loop) ? [] : [...numbers].filter((name) => !isReachable(name)));
}

/** Returns the numbers that a loop assigns by `=` and its kin, `++` and `--`, and in no other way. */
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
    return isOf(checker.getTypeOfSymbol(symbol), ts.TypeFlags.NumberLike);
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

class LoopReader {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** Whether a part of a loop runs no code but its own. */
  readonly isAlone = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node)) return node.text !== "Math";
    if (ts.isTypeNode(node) || ts.isToken(node)) return true;
    if (ts.isBinaryExpression(node)) return this.#isPlainOperation(node) && this.#areAlone(node);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (isStep(node) && !this.#isTarget(node.operand)) return false;
      return (
        (node.operator === ts.SyntaxKind.ExclamationToken || this.#isPrimitive(node.operand)) &&
        this.#areAlone(node)
      );
    }
    if (ts.isElementAccessExpression(node)) return this.#isElement(node) && this.#areAlone(node);
    if (ts.isPropertyAccessExpression(node)) return this.#isPlainProperty(node);
    if (ts.isCallExpression(node)) {
      return (
        this.#isOfMath(node.expression) &&
        node.arguments.every((each) => this.#isPrimitive(each) && this.isAlone(each))
      );
    }
    if (ts.isTemplateSpan(node)) return this.#isPrimitive(node.expression) && this.#areAlone(node);
    if (ts.isForOfStatement(node)) {
      const isOwn = ts.isVariableDeclarationList(node.initializer) && node.awaitModifier === undefined;
      return isOwn && this.#isArray(node.expression) && this.#areAlone(node);
    }
    if (ts.isVariableDeclarationList(node)) {
      const isOfBlock = (node.flags & ts.NodeFlags.Let) !== 0 || (node.flags & ts.NodeFlags.Const) !== 0;
      const isUsing = (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
      return isOfBlock && !isUsing && this.#areAlone(node);
    }
    if (ts.isVariableDeclaration(node)) return ts.isIdentifier(node.name) && this.#areAlone(node);
    return PLAIN.has(node.kind) && this.#areAlone(node);
  };

  #areAlone(node: ts.Node): boolean {
    return ts.forEachChild(node, (child) => !this.isAlone(child)) !== true;
  }

  #isPlainOperation({ left, operatorToken: { kind }, right }: ts.BinaryExpression): boolean {
    const isAssignment = isAssignmentOperator(kind);
    if (isAssignment && !this.#isTarget(left)) return false;
    // An element of a typed array converts what is assigned to it.
    if (isAssignment && ts.isElementAccessExpression(left) && !this.#isPrimitive(right)) return false;
    if (OF_ANY_TYPE.has(kind)) return true;
    if (kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword) return false;
    return this.#isPrimitive(left) && this.#isPrimitive(right);
  }

  /** Whether an assignment runs no code. */
  #isTarget(target: ts.Expression): boolean {
    if (ts.isElementAccessExpression(target)) return true;
    if (!ts.isIdentifier(target)) return false;
    const symbol = this.#checker.getSymbolAtLocation(target);
    return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Variable) !== 0;
  }

  #isPrimitive(node: ts.Expression): boolean {
    return isOf(this.#checker.getTypeAtLocation(node), PRIMITIVE);
  }

  #isArray(node: ts.Expression): boolean {
    const type = this.#checker.getTypeAtLocation(node);
    if (this.#checker.isArrayType(type) || this.#checker.isTupleType(type)) return true;
    return TYPED_ARRAY.test(type.symbol?.name ?? "") || isOf(type, ts.TypeFlags.StringLike);
  }

  #isElement({ expression, argumentExpression }: ts.ElementAccessExpression): boolean {
    const index = this.#checker.getTypeAtLocation(argumentExpression);
    return this.#isArray(expression) && isOf(index, ts.TypeFlags.NumberLike);
  }

  /** Whether an expression is a constant or function of the language's own `Math`. */
  #isOfMath(node: ts.Expression): boolean {
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return false;
    const { expression: owner, name } = node;
    if (owner.text !== "Math" || CHANGES_MATH.test(owner.getSourceFile().text)) return false;
    if (!isGlobalOrUnknown(this.#checker, owner, this.#checker.getSymbolAtLocation(owner))) return false;
    return MATH.has(name.text) && MATH.get(name.text) === Reflect.get(Math, name.text);
  }

  #isPlainProperty(node: ts.PropertyAccessExpression): boolean {
    if (this.#isOfMath(node)) return true;
    return node.name.text === "length" && this.#isArray(node.expression) && this.isAlone(node.expression);
  }
}

/** Matches a use of `Math` by which a cell may replace its functions, which is any but reading them. */
const CHANGES_MATH = /\bMath\b(?!\s*\.\s*\w+\b(?!\s*=[^=]))/;

/** Whether all values of a type are of some kinds. */
function isOf(type: ts.Type, flags: ts.TypeFlags): boolean {
  return type.isUnion() ? type.types.every((part) => isOf(part, flags)) : (type.flags & flags) !== 0;
}

const PRIMITIVE: ts.TypeFlags =
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.StringLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null;

/** Operators that convert no operand. */
const OF_ANY_TYPE: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/** Syntax that runs no code but that of its parts. */
const PLAIN: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.Block,
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ExpressionStatement,
  ts.SyntaxKind.EmptyStatement,
  ts.SyntaxKind.BreakStatement,
  ts.SyntaxKind.ContinueStatement,
  ts.SyntaxKind.LabeledStatement,
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.TemplateExpression,
  ts.SyntaxKind.TypeOfExpression,
]);

/** Writes a loop whose numbers are local variables; each assignment also goes to an object, from which an interrupt takes them. */
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
