/**
 * Makes the awaits of a cell stoppable, and makes its dynamic imports and `import.meta` relative to the notebook's folder, those of
 * a local module relative to the module's.
 *
 * `await x` becomes `await __cell__.stoppable(x, cell, line, column)`: rejecting the promise of an interrupted cell would not
 * stop an asynchronous loop, which would run on and slow later cells. `import(x)` becomes `__cell__.importModule(x)`,
 * because TypeScript would turn it into `require`; `import.meta` becomes `__cell__.importMeta()`, as a cell runs as a script.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import type { CellRuntime } from "./types";

/**
 * Makes a transformer for a cell, before or after its types are erased.
 *
 * @param cell the number that the rewritten awaits carry; 0 for code that belongs to no cell
 * @param onTopLevel called for each await outside of functions
 */
export function awaitRewriter(
  cell: number,
  onTopLevel: () => void = () => {},
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const call = (name: keyof CellRuntime, args: ts.Expression[]): ts.CallExpression =>
      factory.createCallExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier(CELL_RUNTIME), name),
        undefined,
        args,
      );
    const position = (node: ts.Node): ts.Expression[] => {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      return [
        factory.createNumericLiteral(cell),
        factory.createNumericLiteral(line),
        factory.createNumericLiteral(character),
      ];
    };
    const moduleFile = factory.createPropertyAccessExpression(factory.createIdentifier("module"), "filename");
    let functionDepth = 0;
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isFunctionLike(node)) functionDepth++;
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isFunctionLike(node)) functionDepth--;
      if (ts.isAwaitExpression(visited)) {
        if (functionDepth === 0) onTopLevel();
        return factory.updateAwaitExpression(
          visited,
          call("stoppable", [visited.expression, ...position(node)]),
        );
      }
      if (ts.isForOfStatement(visited) && visited.awaitModifier) {
        if (functionDepth === 0) onTopLevel();
        const steps = call("stoppableSteps", [visited.expression, ...position(node)]);
        return factory.updateForOfStatement(
          visited,
          visited.awaitModifier,
          visited.initializer,
          steps,
          visited.statement,
        );
      }
      if (
        ts.isVariableDeclarationList(node) &&
        (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing &&
        functionDepth === 0
      )
        onTopLevel();
      if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier, options = factory.createVoidZero()] = visited.arguments;
        return call("importModule", cell === 0 ? [specifier, options, moduleFile] : [...visited.arguments]);
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return call("importMeta", cell === 0 ? [moduleFile] : []);
      }
      return visited;
    };
    return ts.visitEachChild(file, visit, context);
  };
}
