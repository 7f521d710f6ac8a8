/**
 * Finds the loops of a cell whose numbers can be kept in local variables while they run.
 *
 * V8 allocates memory for each fraction that is assigned to a variable of the notebook, and none for one of a function. A loop that
 * runs no other code, such as `for (let i = 0; i < n; i++) total += x[i]`, is therefore compiled with local variables. Code that
 * could read or assign a variable meanwhile is a call, a getter, an iterator or a conversion of an object; the loop must have none.
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

/**
 * Returns the names of the notebook's variables that a loop can keep in local ones: those of numbers that it assigns.
 *
 * @param isVariable whether a name is a variable of the notebook
 * @returns no names where the loop may run other code
 */
export function numbersOfLoop(
  loop: ts.IterationStatement,
  checker: ts.TypeChecker,
  isVariable: (node: ts.Node) => node is ts.Identifier,
): ReadonlySet<string> {
  const reader = new LoopReader(checker, isVariable);
  return reader.isAlone(loop) ? reader.numbers : new Set();
}

class LoopReader {
  readonly numbers: Set<string> = new Set();
  readonly #checker: ts.TypeChecker;
  readonly #isVariable: (node: ts.Node) => node is ts.Identifier;

  constructor(checker: ts.TypeChecker, isVariable: (node: ts.Node) => node is ts.Identifier) {
    this.#checker = checker;
    this.#isVariable = isVariable;
  }

  /** Whether a part of a loop runs no code but its own; notes the numbers that it assigns. */
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

  /** Whether an assignment runs no code; notes a number that it assigns. */
  #isTarget(target: ts.Expression): boolean {
    if (ts.isElementAccessExpression(target)) return true;
    if (!ts.isIdentifier(target)) return false;
    const symbol = this.#checker.getSymbolAtLocation(target);
    if (!symbol || (symbol.flags & ts.SymbolFlags.Variable) === 0) return false;
    const type = this.#checker.getTypeOfSymbol(symbol);
    if (this.#isVariable(target) && isOf(type, ts.TypeFlags.NumberLike)) this.numbers.add(target.text);
    return true;
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
