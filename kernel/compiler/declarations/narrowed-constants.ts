/** Gives later cells the types to which TypeScript narrows constants within one file. */
import ts from "typescript";

/**
 * Makes a transformer that narrows the declared type of each constant to what its initial value can be: `const size: number | string = 3`
 * becomes a number for later cells.
 *
 * Within one file, TypeScript narrows variables too, at each assignment. A variable may have another value by the time of a later cell.
 *
 * @param flags of the type nodes
 */
export function narrowedConstants(
  checker: ts.TypeChecker,
  flags: ts.NodeBuilderFlags,
): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return ({ factory }) =>
    (declarations) => {
      if (ts.isBundle(declarations)) return declarations;
      const cell = ts.getOriginalNode(declarations) as ts.SourceFile;
      const narrow = (variable: ts.VariableDeclaration): ts.VariableDeclaration => {
        const members = possibleMembers(checker, ts.getOriginalNode(variable) as ts.VariableDeclaration);
        const nodes = members.map((member) => checker.typeToTypeNode(member, cell, flags));
        const known = nodes.filter((node) => node !== undefined);
        if (known.length === 0 || known.length < nodes.length) return variable;
        const type = known.length === 1 ? known[0] : factory.createUnionTypeNode(known);
        return factory.updateVariableDeclaration(variable, variable.name, undefined, type, undefined);
      };
      const statements = declarations.statements.map((statement) => {
        if (!ts.isVariableStatement(statement)) return statement;
        const { modifiers, declarationList: list } = statement;
        if ((list.flags & ts.NodeFlags.Const) === 0) return statement;
        const narrowed = factory.updateVariableDeclarationList(list, list.declarations.map(narrow));
        return factory.updateVariableStatement(statement, modifiers, narrowed);
      });
      return factory.updateSourceFile(declarations, statements);
    };
}

/**
 * Returns the members of a variable's declared union that its initial value may have, by the rule of TypeScript's assignments.
 *
 * @returns no members where the declared type stays: it is no union, or the value may have any member
 */
function possibleMembers(
  checker: ts.TypeChecker,
  { type, initializer }: ts.VariableDeclaration,
): readonly ts.Type[] {
  const declared = type && checker.getTypeFromTypeNode(type);
  if (!declared?.isUnion() || !initializer) return [];
  const assigned = checker.getTypeAtLocation(initializer);
  if (assigned === declared || assigned.flags & ts.TypeFlags.Never) return [];
  const values = assigned.isUnion() ? assigned.types : [assigned];
  const fits = (value: ts.Type, member: ts.Type): boolean => checker.isTypeAssignableTo(value, member);
  const members = declared.types.filter((member) => values.some((value) => fits(value, member)));
  const isWhole = members.length === declared.types.length;
  return isWhole || !values.every((value) => members.some((member) => fits(value, member))) ? [] : members;
}
