/** What kind of expression a node is, in TypeScript's syntax tree. */
import ts from "typescript";

/** Returns an expression without the parentheses and types around it. */
export function unwrapped(node: ts.Expression): ts.Expression {
  const isWrapper =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isExpressionWithTypeArguments(node);
  return isWrapper ? unwrapped(node.expression) : node;
}

/** Whether a token is an assignment that gives an anonymous function the name of its variable: `=`, `??=`, `||=` or `&&=`. */
export function isAssignment({ kind }: ts.Node): boolean {
  return (
    kind === ts.SyntaxKind.EqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
    kind === ts.SyntaxKind.BarBarEqualsToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken
  );
}

/** Whether an expression is a function or a class without a name of its own. */
export function isAnonymousFunction(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isAnonymousFunction(node.expression);
  if (ts.isArrowFunction(node)) return true;
  return (ts.isFunctionExpression(node) || ts.isClassExpression(node)) && node.name === undefined;
}
