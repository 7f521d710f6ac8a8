/** Expressions of SQL as a tree ({@link Expression}), written for one dialect by {@link inSql}. */
import type { Dialect } from "./dialects";

/** Operators between two expressions; those of comparisons give truth values. */
type Operator = "-" | "*" | "/" | "=" | "<" | "<=" | ">" | ">=";

/** Functions of numbers that every dialect has under the same name. */
type FunctionName = "exp" | "ln" | "abs" | "greatest" | "least" | "power" | "coalesce" | "nullif";

/** Conversions and tests, which dialects write in their own ways. */
type DialectFunction = "double" | "text" | "isNaN";

/** An expression of the rows of a table. */
export type Expression =
  | { readonly kind: "literal"; readonly value: number | string | boolean | null }
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "alias"; readonly name: string }
  | {
      readonly kind: "infix";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly kind: "dialectCall"; readonly name: DialectFunction; readonly of: Expression }
  | { readonly kind: "isNull"; readonly of: Expression }
  | { readonly kind: "fold"; readonly key: Expression; readonly nFolds: number }
  | {
      readonly kind: "case";
      readonly branches: readonly (readonly [when: Expression, then: Expression])[];
      readonly otherwise: Expression;
    };

/** An operand: numbers stand for themselves. */
export type Operand = Expression | number;

function expressionOf(operand: Operand): Expression {
  return typeof operand === "number" ? literal(operand) : operand;
}

/** A number, a text, a truth value or NULL. */
export function literal(value: number | string | boolean | null): Expression {
  return { kind: "literal", value };
}

/** A column of the table, by its name there. */
export function column(name: string): Expression {
  return { kind: "column", name };
}

/** A column of a subquery, by the name that the query gives it: letters, digits and `_`. */
export function alias(name: string): Expression {
  return { kind: "alias", name };
}

function infix(operator: Operator) {
  return (left: Operand, right: Operand): Expression => ({
    kind: "infix",
    operator,
    left: expressionOf(left),
    right: expressionOf(right),
  });
}

export const minus: (left: Operand, right: Operand) => Expression = infix("-");
export const over: (left: Operand, right: Operand) => Expression = infix("/");
export const equals: (left: Operand, right: Operand) => Expression = infix("=");
export const isLess: (left: Operand, right: Operand) => Expression = infix("<");
export const isAtMost: (left: Operand, right: Operand) => Expression = infix("<=");
export const isMore: (left: Operand, right: Operand) => Expression = infix(">");
export const isAtLeast: (left: Operand, right: Operand) => Expression = infix(">=");

/** The product of some factors. */
export function times(first: Operand, ...others: readonly Operand[]): Expression {
  return others.reduce<Expression>((product, each) => infix("*")(product, each), expressionOf(first));
}

/** The sum of some terms, written as sums of halves: databases bound the depth of an expression, such as DuckDB by 1000. */
export function plus(...terms: readonly Operand[]): Expression {
  return { kind: "sum", terms: terms.map(expressionOf) };
}

export function isNull(of: Expression): Expression {
  return { kind: "isNull", of };
}

function call(name: FunctionName) {
  return (...args: readonly Operand[]): Expression => ({ kind: "call", name, args: args.map(expressionOf) });
}

export const exp: (x: Operand) => Expression = call("exp");
export const ln: (x: Operand) => Expression = call("ln");
export const abs: (x: Operand) => Expression = call("abs");
export const greatest: (...args: readonly Operand[]) => Expression = call("greatest");
export const least: (...args: readonly Operand[]) => Expression = call("least");
export const power: (x: Operand, exponent: Operand) => Expression = call("power");
export const coalesce: (...args: readonly Operand[]) => Expression = call("coalesce");
export const nullIf: (x: Operand, value: Operand) => Expression = call("nullif");

function dialectCall(name: DialectFunction) {
  return (of: Expression): Expression => ({ kind: "dialectCall", name, of });
}

/** A number as a 64-bit float. */
export const double: (of: Expression) => Expression = dialectCall("double");
export const text: (of: Expression) => Expression = dialectCall("text");
export const isNaNumber: (of: Expression) => Expression = dialectCall("isNaN");

/** The number of the fold of a text, a hash of it modulo the number of folds, as of files; texts of fractions differ between dialects. */
export function foldOf(key: Expression, nFolds: number): Expression {
  return { kind: "fold", key, nFolds };
}

/** The value that belongs to the first condition that holds. */
export function cases(
  branches: readonly (readonly [when: Expression, then: Operand])[],
  otherwise: Operand,
): Expression {
  return {
    kind: "case",
    branches: branches.map(([when, then]) => [when, expressionOf(then)]),
    otherwise: expressionOf(otherwise),
  };
}

/** `log(1 + x)` for `x >= 0`, to full relative accuracy. @see Kahan, in Higham, Accuracy and stability of numerical algorithms (2002), 1.14.1 */
export function log1p(x: Operand): Expression {
  const more = plus(1, x);
  return cases([[equals(more, 1), x]], over(times(ln(more), x), minus(more, 1)));
}

function sumOf(terms: readonly string[]): string {
  if (terms.length <= 2) return `(${terms.join(" + ")})`;
  const half = Math.ceil(terms.length / 2);
  return `(${sumOf(terms.slice(0, half))} + ${sumOf(terms.slice(half))})`;
}

/** Writes an expression in a dialect. */
export function inSql(expression: Expression, dialect: Dialect): string {
  const write = (each: Expression): string => inSql(each, dialect);
  switch (expression.kind) {
    case "literal": {
      const { value } = expression;
      if (value === null) return "NULL";
      if (typeof value === "number") return dialect.number(value);
      return typeof value === "string" ? dialect.quoted(value) : value ? "TRUE" : "FALSE";
    }
    case "column":
      return dialect.identifier(expression.name);
    case "alias":
      return expression.name;
    case "infix":
      return `(${write(expression.left)} ${expression.operator} ${write(expression.right)})`;
    case "sum":
      return sumOf(expression.terms.map(write));
    case "call": {
      const args = expression.args.map(write);
      return dialect.calls?.[expression.name]?.(...args) ?? `${expression.name}(${args.join(", ")})`;
    }
    case "dialectCall":
      return dialect[expression.name](write(expression.of));
    case "fold":
      return dialect.double(`mod(${dialect.hash(write(expression.key))}, ${expression.nFolds})`);
    case "isNull":
      return `(${write(expression.of)} IS NULL)`;
    case "case": {
      const branches = expression.branches.map(([when, then]) => `WHEN ${write(when)} THEN ${write(then)}`);
      return `CASE ${branches.join(" ")} ELSE ${write(expression.otherwise)} END`;
    }
  }
}
