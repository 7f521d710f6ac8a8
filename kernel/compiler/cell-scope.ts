/**
 * Makes every name that a cell declares at its top level a property of one object, which all cells and all closures share.
 *
 * `let rate = 0.1` becomes `exports.rate = 0.1`, and each later `rate`, in this cell or another, `__variables__.rate`. Both name
 * the same variables: `exports` also notes what a cell has declared. Functions, classes, enums, namespaces and imports stay
 * where they are and are copied to `exports`; code that reads them reads the shared property. Inside its own body, the
 * name of a class, enum or namespace is the language's inner binding and stays as it is.
 */
import ts from "typescript";
import { CELL_RUNTIME, DECLARED, VARIABLES } from "../cell-runtime-name";
import {
  boundBy,
  declaredSymbols,
  importedNames,
  isAmbient,
  isDeclare,
  isExportOfNames,
  isFromEarlierCell,
  isInBodyOf,
  isTopLevelVariable,
  isVar,
  isVarInBlocks,
  namesToExport,
  valueDeclarations,
} from "./cell-names";
import type { CompilerRecord } from "./compiler-record";
import { isAnonymousFunction, isAssignment, unwrapped } from "./expressions";
import { isDeclarableLater, isGlobalOrUnknown, isInFunction } from "./later-names";
import { LoopEmitter, numbersOfLoop } from "./loop-variables";
import type { NamesInFunctions } from "./names-in-functions";
import type { CellRuntime, FreeName } from "./types";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  isExpressionNode(node: ts.Node): boolean;
  isAssignmentTarget(node: ts.Node): boolean;
};

/** Makes a transformer for the cell's TypeScript, before types are erased; it notes in the record which names the cell declares. */
export function sharedScope(
  record: CompilerRecord,
  checker: ts.TypeChecker,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const own = declaredSymbols(file);
    record.declaredNames = [...own].map(([name, symbol]) => ({
      name,
      isVar: isVar(symbol),
      isInBlocks: isVarInBlocks(symbol),
      isAmbient: valueDeclarations(symbol).every(isAmbient),
    }));
    for (const { name, isAmbient } of record.declaredNames) if (isAmbient) record.namesInFunctions.add(name);
    return new ScopeRewriter(context, checker, new Set(own.values()), record).rewrite(file);
  };
}

class ScopeRewriter {
  readonly #context: ts.TransformationContext;
  readonly #factory: ts.NodeFactory;
  readonly #checker: ts.TypeChecker;
  readonly #own: ReadonlySet<ts.Symbol>;
  readonly #freeNames: Set<string>;
  readonly #namesInFunctions: NamesInFunctions;
  /** The loop that is being rewritten and keeps numbers in local variables. */
  #loop: LoopEmitter | undefined;

  constructor(
    context: ts.TransformationContext,
    checker: ts.TypeChecker,
    own: ReadonlySet<ts.Symbol>,
    { freeNames, namesInFunctions }: CompilerRecord,
  ) {
    this.#context = context;
    this.#factory = context.factory;
    this.#checker = checker;
    this.#own = own;
    this.#freeNames = freeNames;
    this.#namesInFunctions = namesInFunctions;
  }

  rewrite(file: ts.SourceFile): ts.SourceFile {
    this.#namesInFunctions.addFrom(ts.getOriginalNode(file), (name) => this.#isNotebooks(name));
    const visited = ts.visitEachChild(file, this.#visit, this.#context);
    // tslab's converter appends an export list, by which TypeScript would also export variables of blocks with the same names.
    const kept = visited.statements.filter((statement) => !isExportOfNames(statement));
    const isImport = (statement: ts.Statement): boolean => ts.isImportDeclaration(statement);
    const [imports, others] = [kept.filter(isImport), kept.filter((statement) => !isImport(statement))];
    const functions = others.filter(ts.isFunctionDeclaration).filter(({ body }) => body);
    return this.#factory.updateSourceFile(visited, [
      ...functions.map((statement) => this.#copy((statement.name as ts.Identifier).text)),
      ...imports,
      ...this.#links(imports.filter(ts.isImportDeclaration)),
      ...others.flatMap((statement) => [
        statement,
        ...namesToExport(statement).map((name) => this.#copy(name, statement.end - 1)),
      ]),
    ]);
  }

  /** Makes `exports.name = name;`; a debugger stops there only where the statement has a place in the source. */
  #copy(name: string, place?: number): ts.Statement {
    const factory = this.#factory;
    const target = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name);
    const assignment = factory.createAssignment(target, factory.createIdentifier(name));
    const statement = factory.createExpressionStatement(
      place === undefined ? assignment : at(place, assignment),
    );
    return place === undefined ? statement : at(place, statement);
  }

  /** Declares imported names by functions that read them, so that they follow the assignments of their module. */
  #links(imports: readonly ts.ImportDeclaration[]): ts.Statement[] {
    const factory = this.#factory;
    const names = imports.flatMap(importedNames).filter((name) => this.#isValue(name));
    if (names.length === 0) return [];
    const place = (imports[0] as ts.ImportDeclaration).getStart();
    const getters = names.map((name) => {
      const getter = factory.createArrowFunction(undefined, undefined, [], undefined, undefined, name);
      return factory.createPropertyAssignment(factory.createIdentifier(name.text), at(place, getter));
    });
    const link: keyof CellRuntime = "link";
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(CELL_RUNTIME), link);
    const object = at(place, factory.createObjectLiteralExpression(getters));
    const call = at(place, factory.createCallExpression(callee, undefined, [object]));
    return [at(place, factory.createExpressionStatement(call))];
  }

  /** Whether an imported name is a value, and not only a type; a name that cannot be resolved counts as one. */
  #isValue(name: ts.Identifier): boolean {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (!symbol) return false;
    const { flags } = this.#checker.getAliasedSymbol(symbol);
    return (flags & ts.SymbolFlags.Value) !== 0;
  }

  readonly #visit = (node: ts.Node): ts.VisitResult<ts.Node> => {
    const { factory } = this.#context;
    // TypeScript calls the expression that a class extends a type.
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (isDeclare(node)) return node;
    if (ts.isVariableStatement(node) && this.#isShared(node.declarationList)) {
      return this.#initializations(node.declarationList).map((initialization, at) => {
        const statement = factory.createExpressionStatement(initialization);
        return ts.setTextRange(statement, at === 0 ? node : initialization);
      });
    }
    const loop = this.#visitLoop(node);
    if (loop) return loop;
    if (ts.isImportEqualsDeclaration(node) && !ts.isExternalModuleReference(node.moduleReference)) {
      return this.#aliasOf(node, node.moduleReference);
    }
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (ts.isCallExpression(node)) {
      const callee = unwrapped(node.expression);
      if (this.#isVariable(callee) || this.#isFree(callee)) return this.#call(node, callee);
    }
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = unwrapped(node.tag);
      if (this.#isVariable(tag) || this.#isFree(tag)) {
        const template = ts.visitNode(node.template, this.#visit) as ts.TemplateLiteral;
        return factory.updateTaggedTemplateExpression(node, this.#callee(tag), undefined, template);
      }
    }
    // A name after a dot may be declared in an earlier cell as a member of a type, but it is no variable.
    if (ts.isPropertyAccessExpression(node)) {
      const owner = ts.visitNode(node.expression, this.#visit) as ts.Expression;
      return ts.isPropertyAccessChain(node)
        ? factory.updatePropertyAccessChain(node, owner, node.questionDotToken, node.name)
        : factory.updatePropertyAccessExpression(node, owner, node.name);
    }
    if (this.#isVariable(node)) {
      return ts.setTextRange(this.#loop?.local(node) ?? this.#variable(node.text), node);
    }
    const step = this.#loop?.step(node, this.#visit, (each) => this.#isVariable(each));
    if (step) return ts.setTextRange(step, node);
    if (ts.isTypeOfExpression(node)) {
      const operand = unwrapped(node.expression);
      // `typeof` of a name that nothing declares is no error.
      if (this.#isFree(operand)) return this.#free(operand, (name) => factory.createTypeOfExpression(name));
    }
    if (this.#isFree(node)) return this.#freeOrTarget(node);
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken)) {
      const { left, operatorToken, right } = node;
      // `shown = () => 1` names the function; an assignment to a property would not.
      if (this.#isVariable(left) || this.#isFree(left)) {
        const target = ts.visitNode(left, this.#visit) as ts.Expression;
        return factory.updateBinaryExpression(node, target, operatorToken, this.#named(left.text, right));
      }
    }
    return ts.visitEachChild(node, this.#visit, this.#context);
  };

  /** Rewrites a loop that keeps numbers in local variables, or whose head declares variables of the notebook. */
  #visitLoop(node: ts.Node): ts.Node | undefined {
    const { factory } = this.#context;
    if (this.#isOuterLoop(node)) {
      const numbers = numbersOfLoop(
        node,
        this.#checker,
        (each) => this.#isVariable(each),
        (name) => this.#namesInFunctions.reach(name),
      );
      if (numbers.size > 0) {
        this.#loop = new LoopEmitter(factory, numbers, (name) => this.#variable(name));
        const loop = this.#loop.around(this.#visit(node) as ts.Statement);
        this.#loop = undefined;
        return loop;
      }
    }
    if (ts.isForStatement(node) && node.initializer && this.#isSharedList(node.initializer)) {
      const initializations = this.#initializations(node.initializer);
      return factory.updateForStatement(
        node,
        initializations.reduce<ts.Expression | undefined>(
          (list, one) => (list ? factory.createComma(list, one) : one),
          undefined,
        ),
        ts.visitNode(node.condition, this.#visit, ts.isExpression),
        ts.visitNode(node.incrementor, this.#visit, ts.isExpression),
        ts.visitIterationBody(node.statement, this.#visit, this.#context),
      );
    }
    if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && this.#isSharedList(node.initializer)) {
      const target = this.#target((node.initializer.declarations[0] as ts.VariableDeclaration).name);
      const expression = ts.visitNode(node.expression, this.#visit, ts.isExpression) as ts.Expression;
      const body = ts.visitIterationBody(node.statement, this.#visit, this.#context);
      return ts.isForOfStatement(node)
        ? factory.updateForOfStatement(node, node.awaitModifier, target, expression, body)
        : factory.updateForInStatement(node, target, expression, body);
    }
    return undefined;
  }

  /** Whether a node is an expression that names a variable of this cell's top level or of an earlier cell. */
  #isVariable(node: ts.Node): node is ts.Identifier {
    if (!ts.isIdentifier(node) || !(node.parent as ts.Node | undefined)) return false;
    // TypeScript resolves the second word of `new.target` to the surrounding function.
    if (ts.isMetaProperty(node.parent)) return false;
    return (
      internals.isExpressionNode(node) && this.#isSharedName(node, this.#checker.getSymbolAtLocation(node))
    );
  }

  /** Whether a name is a variable of the notebook, or may become one. */
  #isNotebooks(name: ts.Identifier): boolean {
    return this.#isSharedName(name, this.#symbolOf(name)) || this.#isFree(name);
  }

  /** Whether a node is a loop outside of functions and of another loop whose numbers are kept. */
  #isOuterLoop(node: ts.Node): node is ts.Statement {
    const isLoop = ts.isIterationStatement(node, true);
    return isLoop && !this.#loop && !ts.isLabeledStatement(node.parent) && !isInFunction(node);
  }

  /** Whether a node is a name that the cell does not declare and a later cell can. */
  #isFree(node: ts.Node): node is ts.Identifier {
    if (!isDeclarableLater(node)) return false;
    return isGlobalOrUnknown(this.#checker, node, this.#symbolOf(node));
  }

  /** Makes the value of a free name: the notebook's variable if there is one when the code runs, and else the global. */
  #free(
    { text }: ts.Identifier,
    asRead: (name: ts.Expression) => ts.Expression = (name) => name,
  ): ts.Expression {
    const { factory } = this.#context;
    this.#freeNames.add(text);
    const mark = factory.createIdentifier(DECLARED + text);
    // A function whose text goes elsewhere, as to a worker, finds no mark there, and means the global.
    const isMarked = factory.createStrictEquality(
      factory.createTypeOfExpression(mark),
      factory.createStringLiteral("boolean"),
    );
    return factory.createParenthesizedExpression(
      factory.createConditionalExpression(
        isMarked,
        undefined,
        asRead(this.#variable(text)),
        undefined,
        asRead(factory.createIdentifier(text)),
      ),
    );
  }

  #freeOrTarget(name: ts.Identifier): ts.Expression {
    if (!internals.isAssignmentTarget(name)) return this.#free(name);
    const factory = this.#factory;
    const [freeName, value]: [keyof CellRuntime, keyof FreeName] = ["freeName", "value"];
    this.#freeNames.add(name.text);
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(CELL_RUNTIME), freeName);
    const owner = factory.createCallExpression(callee, undefined, [factory.createStringLiteral(name.text)]);
    return factory.createPropertyAccessExpression(owner, value);
  }

  /** Returns the symbol of the variable that a name means, also where it is a property `{ name }` too. */
  #symbolOf(node: ts.Identifier): ts.Symbol | undefined {
    const { parent } = node;
    return ts.isShorthandPropertyAssignment(parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(parent)
      : this.#checker.getSymbolAtLocation(node);
  }

  #isSharedName(node: ts.Node, symbol: ts.Symbol | undefined): boolean {
    if (symbol === undefined) return false;
    return this.#own.has(symbol) ? !isInBodyOf(node, symbol) : isFromEarlierCell(symbol);
  }

  /** Whether a list declares variables of the notebook: not in a block or function, nor by `using`. */
  #isShared(list: ts.VariableDeclarationList): boolean {
    if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return false;
    const [first] = list.declarations.flatMap(({ name }) => boundBy(name));
    const symbol = first && this.#checker.getSymbolAtLocation(first);
    return symbol !== undefined && this.#own.has(symbol);
  }

  #isSharedList(node: ts.ForInitializer): node is ts.VariableDeclarationList {
    return ts.isVariableDeclarationList(node) && this.#isShared(node);
  }

  /** Returns the assignments that replace a list of declarations. */
  #initializations(list: ts.VariableDeclarationList): ts.Expression[] {
    const { factory } = this.#context;
    return list.declarations.flatMap((declaration) => {
      const { name, initializer } = declaration;
      // `var x;` keeps the value of x.
      if (!initializer && (list.flags & ts.NodeFlags.BlockScoped) === 0) return [];
      const value = initializer
        ? this.#named(ts.isIdentifier(name) ? name.text : undefined, initializer)
        : factory.createVoidZero();
      return [ts.setTextRange(factory.createAssignment(this.#target(name), value), declaration)];
    });
  }

  /** Makes `exports.name`. */
  #declared(name: ts.Identifier): ts.Expression {
    const owner = this.#factory.createIdentifier("exports");
    return ts.setTextRange(this.#factory.createPropertyAccessExpression(owner, name.text), name);
  }

  /** Makes a declared name or pattern the left side of an assignment; variables of loops are not reported at each step. */
  #target(name: ts.BindingName): ts.Expression {
    const { factory } = this.#context;
    if (ts.isIdentifier(name)) {
      return isTopLevelVariable(name)
        ? this.#declared(name)
        : ts.setTextRange(this.#variable(name.text), name);
    }
    const withDefault = ({ name: part, initializer }: ts.BindingElement): ts.Expression => {
      const target = this.#target(part);
      if (!initializer) return target;
      const value = this.#named(ts.isIdentifier(part) ? part.text : undefined, initializer);
      return factory.createAssignment(target, value);
    };
    if (ts.isArrayBindingPattern(name)) {
      const elements = name.elements.map((element) => {
        if (ts.isOmittedExpression(element)) return element;
        return element.dotDotDotToken
          ? factory.createSpreadElement(this.#target(element.name))
          : withDefault(element);
      });
      return ts.setTextRange(factory.createArrayLiteralExpression(elements), name);
    }
    const properties = name.elements.map((element) => {
      if (element.dotDotDotToken) return factory.createSpreadAssignment(this.#target(element.name));
      const key = element.propertyName
        ? (ts.visitNode(element.propertyName, this.#visit) as ts.PropertyName)
        : factory.createIdentifier((element.name as ts.Identifier).text);
      return factory.createPropertyAssignment(key, withDefault(element));
    });
    return ts.setTextRange(factory.createObjectLiteralExpression(properties), name);
  }

  /** Rewrites `import alias = Space.part`, where that is a value. */
  #aliasOf(node: ts.ImportEqualsDeclaration, reference: ts.EntityName): ts.Node {
    const { factory } = this.#context;
    const symbol = this.#checker.getSymbolAtLocation(node.name);
    const isTop = symbol !== undefined && this.#own.has(symbol);
    const meant = isTop ? this.#checker.getAliasedSymbol(symbol) : undefined;
    if (!meant || (meant.flags & ts.SymbolFlags.Value) === 0) return node;
    const expressionOf = (name: ts.EntityName): ts.Expression =>
      ts.isIdentifier(name)
        ? this.#isSharedName(name, this.#checker.getSymbolAtLocation(name))
          ? this.#variable(name.text)
          : name
        : factory.createPropertyAccessExpression(expressionOf(name.left), name.right);
    const assignment = factory.createAssignment(this.#declared(node.name), expressionOf(reference));
    return ts.setTextRange(factory.createExpressionStatement(ts.setTextRange(assignment, node)), node);
  }

  /** Rewrites `{ rate }`, or `{ rate = 1 }` on the left of an assignment. */
  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const { factory } = this.#context;
    const { name, objectAssignmentInitializer: initializer } = node;
    const isFree = this.#isFree(name as ts.Node);
    if (!isFree && !this.#isSharedName(node, this.#symbolOf(name)))
      return ts.visitEachChild(node, this.#visit, this.#context);
    const variable = isFree
      ? this.#freeOrTarget(name)
      : (this.#loop?.local(name) ?? this.#variable(name.text));
    const value = initializer
      ? factory.createAssignment(variable, this.#named(name.text, initializer))
      : variable;
    // A plain key `__proto__` would set the object's prototype.
    const isPrototype = name.text === "__proto__";
    const key = isPrototype
      ? factory.createComputedPropertyName(factory.createStringLiteral(name.text))
      : factory.createIdentifier(name.text);
    return factory.createPropertyAssignment(key, value);
  }

  #call(node: ts.CallExpression, name: ts.Identifier): ts.Node {
    const { factory } = this.#context;
    const callee = this.#callee(name);
    const given = ts.visitNodes(node.arguments, this.#visit, ts.isExpression);
    return ts.isCallChain(node)
      ? factory.updateCallChain(node, callee, node.questionDotToken, undefined, given)
      : factory.updateCallExpression(node, callee, undefined, given);
  }

  /** Makes the callee of a call, `(0, __variables__.name)`: as a method, its `this` would be the object of all variables. */
  #callee(name: ts.Identifier): ts.Expression {
    const { factory } = this.#context;
    const isFree = this.#isFree(name as ts.Node);
    const variable = ts.setTextRange(this.#variable(name.text), name);
    const callee = isFree
      ? this.#free(name)
      : factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), variable));
    // V8 places such a call where its arguments begin; with this range stack traces point at the name.
    return at(name.getStart(), callee);
  }

  #variable(name: string): ts.Expression {
    return this.#factory.createPropertyAccessExpression(this.#factory.createIdentifier(VARIABLES), name);
  }

  /** Visits an initializer; an anonymous function or class gets the name of its variable, as the language demands. */
  #named(name: string | undefined, initializer: ts.Expression): ts.Expression {
    const { factory } = this.#context;
    const value = ts.visitNode(initializer, this.#visit) as ts.Expression;
    if (name === undefined || !isAnonymousFunction(initializer)) return value;
    const property = factory.createPropertyAssignment(factory.createStringLiteral(name), value);
    const holder = factory.createObjectLiteralExpression([property]);
    return factory.createElementAccessExpression(holder, factory.createStringLiteral(name));
  }
}

/** Makes source maps place a node at one position of the source. */
function at<T extends ts.Node>(place: number, node: T): T {
  return ts.setSourceMapRange(node, { pos: place, end: place });
}
