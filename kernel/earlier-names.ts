/**
 * Turns names of earlier cells into properties of `exports`, where tslab's converter does not.
 *
 * It overlooks shorthand properties, `{ a }`, which would fail at run time with "a is not defined", and it knows only of
 * the newest declarations.
 */
import ts from "typescript";
import { holdsEarlierCells } from "./made-up-files";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as { isExpressionNode(node: ts.Node): boolean };

/** A transformer for the cell's own TypeScript, before types are erased. */
export function earlierNames(checker: ts.TypeChecker): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const variable = (name: string): ts.Expression =>
      factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name);
    const visit = (node: ts.Node): ts.Node => {
      // What a class extends is an expression, whatever TypeScript calls it.
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (ts.isShorthandPropertyAssignment(node)) {
        if (!isEarlier(checker.getShorthandAssignmentValueSymbol(node))) return node;
        const value = node.objectAssignmentInitializer
          ? factory.createAssignment(
              variable(node.name.text),
              ts.visitNode(node.objectAssignmentInitializer, visit) as ts.Expression,
            )
          : variable(node.name.text);
        return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
      }
      // A name behind a dot may be declared in an earlier cell, as part of a type there, and is no variable of it.
      if (ts.isPropertyAccessExpression(node)) {
        const owner = ts.visitNode(node.expression, visit) as ts.Expression;
        return ts.isPropertyAccessChain(node)
          ? factory.updatePropertyAccessChain(node, owner, node.questionDotToken, node.name)
          : factory.updatePropertyAccessExpression(node, owner, node.name);
      }
      if (
        ts.isIdentifier(node) &&
        internals.isExpressionNode(node) &&
        isEarlier(checker.getSymbolAtLocation(node))
      ) {
        return ts.setTextRange(variable(node.text), node);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

/** Whether a name is a variable of an earlier cell; what one declared in `declare global` is found by its bare name. */
function isEarlier(symbol: ts.Symbol | undefined): boolean {
  return (
    symbol?.declarations?.some(
      (declaration) =>
        holdsEarlierCells(declaration.getSourceFile().fileName) &&
        ts.findAncestor(declaration.parent, ts.isModuleDeclaration) === undefined,
    ) ?? false
  );
}
