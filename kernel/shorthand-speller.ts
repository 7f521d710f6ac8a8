/**
 * Spells out shorthand properties that name a variable of an earlier cell: `{ a }` becomes `{ a: exports.a }`.
 *
 * tslab's converter turns names of earlier cells into properties of `exports` but overlooks these, and the
 * cell would fail at run time with "a is not defined".
 */
import * as ts from "typescript";

/** The file in which the converter keeps the declarations of earlier cells. */
const EARLIER_CELLS = "__prev__.d.ts";

/** A transformer for the cell's own TypeScript, before types are erased. */
export function shorthandSpeller(checker: ts.TypeChecker): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isShorthandPropertyAssignment(node) && isFromEarlierCell(checker, node)) {
        const variable = factory.createPropertyAccessExpression(
          factory.createIdentifier("exports"),
          node.name.text,
        );
        const value = node.objectAssignmentInitializer
          ? factory.createAssignment(variable, node.objectAssignmentInitializer)
          : variable;
        return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

function isFromEarlierCell(checker: ts.TypeChecker, node: ts.ShorthandPropertyAssignment): boolean {
  const declarations = checker.getShorthandAssignmentValueSymbol(node)?.declarations ?? [];
  return declarations.some((declaration) => declaration.getSourceFile().fileName.endsWith(EARLIER_CELLS));
}
