import assert from "node:assert/strict";
import { tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

describe("the scope that cells do not share with scripts", () => {
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  async function hintOf(code: string): Promise<string | undefined> {
    const text = tracebackOf(await kernel.execute(code));
    return /^Hint: .*$/m.exec(text)?.[0];
  }
  async function works(code: string): Promise<void> {
    assert.equal((await kernel.execute(code)).reply.content.status, "ok", code);
  }

  it("is told of where a name is one of the global object alone, and both ways out work", async () => {
    await works("globalThis.rate = 3");
    assert.equal(
      await hintOf("const twice = 2 * rate;"),
      "Hint: globalThis has rate, which TypeScript does not know: write globalThis.rate, or declare global { var rate: any } once.",
    );
    await works("const twice = 2 * globalThis.rate;");
    await works("declare global { var rate: any }");
    await works("2 * rate");
    assert.equal(await hintOf("const other = rates;"), undefined);
  });

  it("is told of where an interface has the name of one of the language's, and the way out works", async () => {
    const use = "Array.prototype.second = function () { return this[1]; };\n[1, 2].second()";
    const interfaces = "interface Array<T> { second(): T }";
    assert.equal(
      await hintOf(`${interfaces}\n${use}`),
      "Hint: interface Array of a cell is its own: declare global { interface Array … } adds to the language's.",
    );
    await works(`declare global { ${interfaces} }\n${use}`);
    await works("[3, 4].second()");
    assert.equal(await hintOf("interface Array<T> { third(): T }\n[1, 2].fourth()"), undefined);
    assert.equal(await hintOf("interface Own { third(): number }\n[1, 2].third()"), undefined);
  });
});
