/** Model formulas as R has them: their grammar ({@link parseFormula}), and the terms that they stand for ({@link termsOf}). */
import { InputError, mustBe, show } from "../errors";

/** The parts of a formula. */
export type Expression =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Argument[] }
  | { readonly kind: "negative"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/** An argument of a call, perhaps with its name, as in `ns(age, df = 4)`. */
export interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

/** Both sides of a formula. */
export interface Formula {
  readonly response: Expression;
  readonly terms: Expression;
}

/** The operators by their precedence, as R has it; `^` binds to the right. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  ...{ "==": 1, "!=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1 },
  ...{ "+": 2, "-": 2, "*": 3, "/": 3, ":": 4, "^": 6 },
};

/** How deep a formula may be nested, and how many operators a calculation within a call may have. */
const MOST_NESTED = 500;

/** Precedence of the sign of a number: `-x^2` is `-(x^2)`. */
const SIGN = 5;

interface Token {
  readonly kind: "name" | "number" | "text" | "mark" | "end";
  readonly text: string;
  /** The place of its first character, from 1. */
  readonly at: number;
}

/** Numbers, names, names in backticks, texts in quotes, operators, and what is none of them. */
const TOKEN =
  /\s+|(?<number>(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)|(?<name>[\p{L}.][\p{L}\p{N}._]*)|`(?<quoted>[^`]+)`|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<mark>==|!=|<=|>=|[~+\-*/:^()=<>,])|(?<other>.)/giu;

function tokensOf(where: string, formula: string): Token[] {
  const tokens: Token[] = [];
  for (const match of formula.matchAll(TOKEN)) {
    const { number, name, quoted, double, single, mark, other } = match.groups!;
    const at = match.index + 1;
    if (other !== undefined)
      throw mustBe(where, `formula, character ${at}`, "part of a formula", other, remedyFor(other));
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (name !== undefined || quoted !== undefined)
      tokens.push({ kind: "name", text: name ?? quoted, at });
    else if (double !== undefined || single !== undefined)
      tokens.push({ kind: "text", text: double ?? single, at });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark, at });
  }
  return [...tokens, { kind: "end", text: "", at: formula.length + 1 }];
}

function remedyFor(character: string): string | undefined {
  if (character === "|") return "there are no random effects";
  if (/["'`]/.test(character)) return "close the quotes";
  return character === "%"
    ? "there are no operators between percent signs"
    : "write a name with such characters in backticks";
}

/**
 * Reads `response ~ terms`.
 *
 * @throws InputError naming the first character that is not as the grammar has it.
 */
export function parseFormula(where: string, formula: unknown): Formula {
  if (typeof formula !== "string") throw mustBe(where, "formula", 'a text such as "y ~ a + b"', formula);
  const parser = new Parser(where, formula);
  const response = parser.isNext("~") ? undefined : parser.expression();
  if (!parser.isNext("~")) {
    if (parser.isAtEnd()) throw mustBe(where, "formula", 'a response, "~" and terms', formula);
    throw parser.unexpected('an operator or "~"');
  }
  if (response === undefined) throw mustBe(where, "formula", 'a response before its "~"', formula);
  parser.skip();
  const terms = parser.expression();
  if (!parser.isAtEnd()) throw parser.unexpected("an operator or the end");
  return { response, terms };
}

/** Reads an expression, as {@link textOf} writes it. @throws InputError as {@link parseFormula}. */
export function parseExpression(where: string, text: string): Expression {
  const parser = new Parser(where, text);
  const expression = parser.expression();
  if (!parser.isAtEnd()) throw parser.unexpected("an operator or the end");
  return expression;
}

/** A recursive descent: an expression is operands with operators between them, an operand is one or a call, or stands in parentheses. */
class Parser {
  readonly #where: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #calls = 0;

  constructor(where: string, text: string) {
    this.#where = where;
    this.#tokens = tokensOf(where, text);
  }

  /** @param least the precedence that operators must have at least. */
  expression(least = 1): Expression {
    if (++this.#depth > MOST_NESTED) throw this.unexpected(`nested at most ${MOST_NESTED} deep`);
    let left = this.#operand();
    for (let count = 1; ; count++) {
      const { kind, text } = this.#token();
      const precedence = kind === "mark" ? PRECEDENCE[text] : undefined;
      if (precedence === undefined || precedence < least) {
        this.#depth--;
        return left;
      }
      if (this.#calls > 0 && count > MOST_NESTED)
        throw this.unexpected(`the end of a calculation of at most ${MOST_NESTED} operators`);
      this.skip();
      const right = this.expression(text === "^" ? precedence : precedence + 1);
      left = { kind: "binary", operator: text, left, right };
    }
  }

  isNext(mark: string): boolean {
    const { kind, text } = this.#token();
    return kind === "mark" && text === mark;
  }

  isAtEnd(): boolean {
    return this.#token().kind === "end";
  }

  skip(): void {
    this.#next++;
  }

  unexpected(rule: string): InputError {
    const { kind, text, at } = this.#token();
    const got = kind === "end" ? "the end" : show(text);
    return new InputError(`${this.#where}: formula, character ${at} must be ${rule}, got ${got}`);
  }

  #token(): Token {
    return this.#tokens[this.#next];
  }

  #operand(): Expression {
    const { kind, text } = this.#token();
    if (this.isNext("-") || this.isNext("+")) {
      this.skip();
      const of = this.expression(SIGN);
      return text === "-" ? { kind: "negative", of } : of;
    }
    if (this.isNext("(")) {
      this.skip();
      const inside = this.expression();
      this.#expect(")");
      return inside;
    }
    if (kind === "mark" || kind === "end") throw this.unexpected('a column, a number or "("');
    this.skip();
    if (kind === "number") return { kind, value: Number(text) };
    if (kind === "text") return { kind, value: text };
    return this.isNext("(")
      ? { kind: "call", name: text, args: this.#arguments() }
      : { kind: "name", name: text };
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    this.#calls++;
    this.#expect("(");
    while (!this.isNext(")")) {
      if (args.length > 0) this.#expect(",");
      const [{ kind, text }, following] = [this.#token(), this.#tokens[this.#next + 1]];
      const isNamed = kind === "name" && following.kind === "mark" && following.text === "=";
      if (isNamed) this.#next += 2;
      args.push({ name: isNamed ? text : undefined, value: this.expression() });
    }
    this.skip();
    this.#calls--;
    return args;
  }

  #expect(mark: string): void {
    if (!this.isNext(mark)) throw this.unexpected(show(mark));
    this.skip();
  }
}

/** Writes an expression as R does: `I(a * b)`, `ns(age, df = 4)`. */
export function textOf(expression: Expression, least = 0): string {
  switch (expression.kind) {
    case "name":
      return /^[\p{L}.][\p{L}\p{N}._]*$/u.test(expression.name) ? expression.name : `\`${expression.name}\``;
    case "number":
      return String(expression.value);
    case "text":
      return expression.value.includes('"') ? `'${expression.value}'` : `"${expression.value}"`;
    case "negative":
      return inParentheses(`-${textOf(expression.of, SIGN)}`, SIGN < least);
    case "call": {
      const args = expression.args.map(
        ({ name, value }) => `${name === undefined ? "" : `${name} = `}${textOf(value)}`,
      );
      return `${expression.name}(${args.join(", ")})`;
    }
    case "binary": {
      const { operator, left, right } = expression;
      const precedence = PRECEDENCE[operator];
      const [before, after] = operator === "^" ? [precedence + 1, precedence] : [precedence, precedence + 1];
      const mark = "/:^".includes(operator) ? operator : ` ${operator} `;
      return inParentheses(`${textOf(left, before)}${mark}${textOf(right, after)}`, precedence < least);
    }
  }
}

function inParentheses(text: string, are: boolean): string {
  return are ? `(${text})` : text;
}

/** The names of the columns that an expression uses, each once. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "name":
      return [expression.name];
    case "negative":
      return namesIn(expression.of);
    case "binary":
      return [...new Set([...namesIn(expression.left), ...namesIn(expression.right)])];
    case "call":
      return [...new Set(expression.args.flatMap(({ value }) => namesIn(value)))];
    default:
      return [];
  }
}

/** Whether a name is one of R's truth values, and of no column. */
export function isTruthValue(name: string, columns: readonly string[]): boolean {
  return /^(TRUE|FALSE|T|F)$/.test(name) && !columns.includes(name);
}

/** The names of the columns that an expression uses, each once: all but R's truth values. */
export function columnsIn(expression: Expression, columns: readonly string[]): string[] {
  return namesIn(expression).filter((name) => !isTruthValue(name, columns));
}

/** The columns that are arguments of `strata()` by themselves, which are the same in all rows of a stratum. */
export function strataIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "negative":
      return strataIn(expression.of);
    case "binary":
      return [...strataIn(expression.left), ...strataIn(expression.right)];
    case "call":
      if (expression.name !== "strata") return [];
      return expression.args.flatMap(({ value }) => (value.kind === "name" ? [value.name] : []));
    default:
      return [];
  }
}

/** The factors of a product: columns and calls, each once. */
export type Term = readonly Expression[];

/** The terms of a formula, and whether it has an intercept. */
export interface Terms {
  /** Terms of fewer factors come first, others in the order of the formula, as their factors do. */
  readonly terms: readonly Term[];
  readonly intercept: boolean;
}

/**
 * The terms that the right side of a formula stands for: `a * b` for `a + b + a:b`, `a/b` for `a + a:b`, `(a + b + c)^2` for products of up
 * to two, `.` for all other columns, `- a` for all but `a`, `- 1` or `+ 0` for no intercept.
 *
 * @param others the columns that `.` stands for.
 * @throws InputError when there is no term, or what is no term, such as `2 * a`.
 */
export function termsOf(where: string, expression: Expression, others: readonly string[]): Terms {
  const refuse = (what: Expression, remedy?: string): InputError =>
    mustBe(where, "formula", "made of terms", textOf(what), remedy ?? "calculate within I(), as in I(2 * a)");
  const places = new Map<string, number>();
  const leaves = (factors: readonly Expression[]): TermSet => {
    for (const factor of factors.map((each) => textOf(each)))
      if (!places.has(factor)) places.set(factor, places.size);
    return setOf(factors.map((factor) => [factor]));
  };
  const cross = (one: TermSet, two: TermSet): TermSet => {
    const count = one.terms.size * two.terms.size;
    if (count <= MOST_PRODUCTS) return crossed(one, two);
    throw mustBe(
      where,
      "formula",
      `of at most ${MOST_PRODUCTS} products`,
      count,
      "take a lower power, or fewer terms",
    );
  };
  const expand = (part: Expression): TermSet => {
    if (part.kind === "name")
      return leaves(part.name === "." ? others.map((name) => ({ kind: "name", name })) : [part]);
    if (part.kind === "call") {
      if (part.name === "offset") throw refuse(part, "give an offset to fit: { offset }");
      return leaves([part]);
    }
    if (part.kind === "number" && (part.value === 0 || part.value === 1))
      return { terms: new Map(), intercept: part.value === 1 };
    if (part.kind === "negative") {
      const { intercept } = expand(part.of);
      return { terms: new Map(), intercept: intercept === undefined ? undefined : !intercept };
    }
    if (part.kind !== "binary") throw refuse(part);
    const { operator, left, right } = part;
    if (operator === "+" || operator === "-") return sum(part);
    if (operator === "^") {
      const power = right.kind === "number" ? right.value : 0;
      if (!(Number.isInteger(power) && power >= 1 && power <= MOST_FACTORS)) throw refuse(part);
      const base = products(expand(left), part);
      return Array.from({ length: power - 1 }).reduce<TermSet>((all) => union(all, cross(all, base)), base);
    }
    const [one, two] = [products(expand(left), part), products(expand(right), part)];
    if (operator === ":") return cross(one, two);
    if (operator === "*") return union(union(one, two), cross(one, two));
    if (operator === "/") return union(one, cross(setOf([[...one.terms.values()].flat()]), two));
    throw refuse(part);
  };
  /** The terms of a sum, whose operands are as many as there are columns, so that they are taken one after the other. */
  const sum = (whole: Expression): TermSet => {
    const added: { readonly isAdded: boolean; readonly right: Expression }[] = [];
    let first = whole;
    while (first.kind === "binary" && (first.operator === "+" || first.operator === "-")) {
      added.push({ isAdded: first.operator === "+", right: first.right });
      first = first.left;
    }
    const start = expand(first);
    const all = new Map(start.terms);
    let { intercept } = start;
    for (const { isAdded, right } of added.reverse()) {
      const set = expand(right);
      for (const [key, term] of set.terms) {
        if (!isAdded) all.delete(key);
        else if (!all.has(key)) all.set(key, term);
      }
      if (set.intercept !== undefined) intercept = set.intercept === isAdded;
    }
    return { terms: all, intercept };
  };
  const products = (set: TermSet, whole: Expression): TermSet => {
    if (set.intercept !== undefined || set.terms.size === 0) throw refuse(whole);
    return set;
  };
  const { terms, intercept = true } = expand(expression);
  if (terms.size === 0) throw mustBe(where, "formula", "made of at least one term", textOf(expression));
  const placeOf = (factor: Expression): number => places.get(textOf(factor))!;
  const ordered = [...terms.values()].map((term) => [...term].sort((a, b) => placeOf(a) - placeOf(b)));
  return { terms: ordered.sort((a, b) => a.length - b.length), intercept };
}

/** The highest power of a sum of terms. */
const MOST_FACTORS = 10;

/** The most products that two sums may make; more are a slip, as a power of 10 for 2. */
const MOST_PRODUCTS = 1_000_000;

interface TermSet {
  /** By a key that does not depend on the order of factors. */
  readonly terms: ReadonlyMap<string, Term>;
  /** Undefined where nothing is said about it. */
  readonly intercept: boolean | undefined;
}

/** The key of a term, which is the same for the same factors in any order. */
export function keyOf(term: Term): string {
  return term
    .map((factor) => textOf(factor))
    .sort()
    .join("\0");
}

function setOf(terms: readonly Term[]): TermSet {
  const distinct = terms.map((term) => [...new Map(term.map((factor) => [textOf(factor), factor])).values()]);
  const byKey = new Map<string, Term>();
  for (const term of distinct) if (!byKey.has(keyOf(term))) byKey.set(keyOf(term), term);
  return { terms: byKey, intercept: undefined };
}

function union(one: TermSet, two: TermSet): TermSet {
  const terms = new Map(one.terms);
  for (const [key, term] of two.terms) if (!terms.has(key)) terms.set(key, term);
  return { terms, intercept: undefined };
}

function crossed(one: TermSet, two: TermSet): TermSet {
  return setOf([...one.terms.values()].flatMap((a) => [...two.terms.values()].map((b) => [...a, ...b])));
}
