/** Generated programs, cut into cells at every statement, against the same program as one script. */
import assert from "node:assert/strict";
import vm from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { resultText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

type Pick = (count: number) => number;

/** Writes programs whose values are small whole numbers; every name is declared once and used after its declaration only. */
class ProgramWriter {
  readonly statements: string[] = [];
  readonly #pick: Pick;
  readonly #variables: string[] = [];
  readonly #constants: string[] = [];
  readonly #functions: string[] = [];
  #count = 0;

  constructor(pick: Pick) {
    this.#pick = pick;
  }

  write(length: number): void {
    this.#declare();
    for (let at = 1; at < length; at++) this.#oneOf(this.#statements)();
  }

  /** The values of all variables, and of all functions that were called once more. */
  get result(): string {
    const calls = this.#functions.map((name) => `${name}(1)`);
    return `[${[...calls, ...this.#variables, ...this.#constants].join(", ")}]`;
  }

  readonly #statements: readonly (() => void)[] = [
    () => this.#declare(),
    () => this.#add(`const ${this.#constant()} = ${this.#expression()};`),
    () =>
      this.#add(
        `let [${this.#variable()}, ${this.#variable()} = ${this.#expression()}] = [${this.#expression()}];`,
      ),
    () =>
      this.#add(
        `const { a: ${this.#constant()}, ...${this.#fresh("rest")} } = { a: ${this.#expression()}, b: 1 };`,
      ),
    () => this.#function((name, body) => `function ${name}(p: number) { ${body} }`),
    () => this.#function((name, body) => `const ${name} = (p: number) => { ${body} };`),
    () =>
      this.#function(
        (name, body) => `const ${name} = (p: number, q = ${this.#any()}) => { p += q; ${body} };`,
      ),
    () =>
      this.#function(
        (name, body) =>
          `class C${name} { m(p: number) { ${body} } }\nconst ${name} = (p: number) => new C${name}().m(p);`,
      ),
    () =>
      this.#function(
        (name, body) =>
          `function* g${name}(p: number): Generator<number> { ${this.#assignment()} yield p; ${body.replace("return", "yield")} }\nconst ${name} = (p: number) => [...g${name}(p)].reduce((a, b) => a + b);`,
      ),
    () =>
      this.#function(
        (name, body) =>
          `namespace N${name} { let own = 1; export function f(p: number) { own = (own + p) % 7; p += own; ${body} } }\nconst ${name} = N${name}.f;`,
      ),
    () => this.#add(this.#assignment()),
    () => this.#add(this.#assignment()),
    () => this.#add(`[${this.#any()}, ${this.#any()}] = [${this.#expression()}, ${this.#expression()}];`),
    () => {
      const name = this.#any();
      this.#add(
        `({ ${name}, b: ${this.#any()} = ${this.#expression()} } = { ${name}: ${this.#expression()} } as any);`,
      );
    },
    () => this.#add(`for (let i = 0; i < ${this.#pick(4)}; i++) { ${this.#assignment()} }`),
    () =>
      this.#add(
        `for (var ${this.#variable()} = 0; ${this.#last} < 3; ${this.#last}++) { ${this.#assignment()} }`,
      ),
    () =>
      this.#add(
        `for (${this.#any()} of [${this.#expression()}, ${this.#expression()}]) ${this.#assignment()}`,
      ),
    () => {
      const name = this.#any();
      this.#add(`{ let ${name} = ${this.#pick(9)}; ${name}++; }`);
    },
    () =>
      this.#add(`if (${this.#expression()} > 3) { ${this.#assignment()} } else { ${this.#assignment()} }`),
    () =>
      this.#add(
        `switch (${this.#expression()} % 2) { case 0: ${this.#assignment()} break; default: ${this.#assignment()} }`,
      ),
    () =>
      this.#add(
        `try { ${this.#assignment()} throw ${this.#expression()} } catch (e) { ${this.#any()} = e as number }`,
      ),
    () => this.#call(),
    () => this.#call(),
  ];

  #declare(): void {
    const keyword = this.#oneOf(["let", "var", "export let"]);
    this.#add(`${keyword} ${this.#fresh("v")} = ${this.#expression()};`);
    this.#variables.push(this.#last);
  }

  #call(): void {
    if (this.#functions.length === 0) this.#declare();
    else this.#add(`${this.#any()} = ${this.#oneOf(this.#functions)}(${this.#expression()}) % 101;`);
  }

  /** A function calls only those before it, so that every program ends. */
  #function(write: (name: string, body: string) => string): void {
    const called = this.#functions.length > 0 ? `p += ${this.#oneOf(this.#functions)}(p % 5) % 11;` : "";
    const body = `${this.#assignment()} ${called} return (p + ${this.#expression()}) % 101;`;
    const name = this.#fresh("f");
    this.#add(write(name, body));
    this.#functions.push(name);
  }

  #assignment(): string {
    const name = this.#any();
    return this.#oneOf([
      `${name} = ${this.#expression()};`,
      `${name} += ${this.#expression()}; ${name} %= 101;`,
      `${name}++;`,
      `--${name};`,
      `${name} ||= ${this.#expression()};`,
      `${name} = (({ ${name} }) => ${name} + 1)({ ${name} }) % 101;`,
    ]);
  }

  #expression(): string {
    const number = String(this.#pick(10));
    if (this.#variables.length === 0) return number;
    const known = [...this.#variables, ...this.#constants];
    return this.#oneOf([number, this.#oneOf(known), `(${this.#oneOf(known)} + ${number}) % 101`]);
  }

  /** A variable that can be assigned. */
  #any(): string {
    return this.#oneOf(this.#variables);
  }

  #variable(): string {
    this.#later(this.#variables, this.#fresh("v"));
    return this.#last;
  }

  #constant(): string {
    this.#later(this.#constants, this.#fresh("c"));
    return this.#last;
  }

  /** What a statement declares is known from the next one on. */
  readonly #declared: [string[], string][] = [];
  #later(names: string[], name: string): void {
    this.#declared.push([names, name]);
  }

  #last = "";
  #fresh(letter: string): string {
    this.#last = `${letter}${this.#count++}`;
    return this.#last;
  }

  #add(statement: string): void {
    this.statements.push(statement);
    for (const [names, name] of this.#declared.splice(0)) names.push(name);
  }

  #oneOf<T>(items: readonly T[]): T {
    return items[this.#pick(items.length)] as T;
  }
}

/** What a program gives as one script, by Node alone. */
function asScript(statements: readonly string[], result: string): string {
  const program = statements.join("\n").replaceAll("export let", "let");
  const { outputText } = ts.transpileModule(program, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return vm.runInNewContext(`${outputText}\nJSON.stringify(${result})`) as string;
}

describe("programs cut into cells", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  it("give what they give as one script", async () => {
    const programs = fc.record({
      length: fc.integer({ min: 4, max: 16 }),
      choices: fc.infiniteStream(fc.nat({ max: 999_999 })),
    });
    await fc.assert(
      fc.asyncProperty(programs, async ({ length, choices }) => {
        const writer = new ProgramWriter((count) => (choices.next().value as number) % count);
        writer.write(length);
        const { statements, result } = writer;
        for (const cell of statements) {
          const exchange = await kernel.execute(cell);
          assert.equal(
            exchange.reply.content.status,
            "ok",
            `${statements.join("\n")}\n${tracebackOf(exchange)}`,
          );
        }
        const last = await kernel.execute(`JSON.stringify(${result})`);
        const shown = resultText(last)?.replaceAll("'", "");
        await kernel.execute("kernel.reset()");
        assert.equal(shown, asScript(statements, result), statements.join("\n"));
      }),
      { numRuns: 60 },
    );
  });
});
