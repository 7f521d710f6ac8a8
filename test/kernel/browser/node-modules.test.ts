import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { SourceMap, type SourceMapPayload } from "node:module";
import ts from "typescript";
import * as standIn from "../../../kernel/browser/node-modules";

describe("what stands in for Node's modules in a browser", () => {
  it("finds the original of every position as Node's source maps do", () => {
    const source =
      "const twice = (x: number): number => 2 * x;\n\nlet total = 0;\nfor (const x of [1, 2]) total += twice(x);\n";
    const { sourceMapText = "", outputText } = ts.transpileModule(source, {
      compilerOptions: { sourceMap: true, target: ts.ScriptTarget.ES5 },
    });
    const map = JSON.parse(sourceMapText) as SourceMapPayload;
    const [own, node] = [new standIn.SourceMap(map), new SourceMap(map)];
    let compared = 0;
    outputText.split("\n").forEach((line, at) => {
      if (line.startsWith("//#")) return;
      for (let column = 0; column < line.length; column++) {
        const entry = node.findEntry(at, column);
        if (!("originalLine" in entry)) continue;
        const { originalLine, originalColumn } = entry;
        assert.deepEqual(own.findEntry(at, column), { originalLine, originalColumn }, `${at}:${column}`);
        compared++;
      }
    });
    assert.ok(compared > 100);
  });

  it("has Node's SHA-256, of texts whose padding fits into their last block and of those where it does not", () => {
    const digest = (hash: typeof createHash, text: string): string =>
      hash("sha256").update(text).digest("hex");
    for (let length = 0; length < 200; length++) {
      const text = "aé🙂".repeat(length).slice(0, length);
      assert.equal(digest(standIn.createHash as typeof createHash, text), digest(createHash, text), text);
    }
  });

  it("says which rule of a page forbids it to run cells", () => {
    const { eval: own } = globalThis;
    globalThis.eval = () => {
      throw new EvalError("Refused to evaluate a string as JavaScript");
    };
    try {
      assert.throws(
        () => standIn.runInThisContext("1"),
        /^CellError: kernel: the page must let its worker run code .* got a Content-Security-Policy that forbids it$/,
      );
    } finally {
      globalThis.eval = own;
    }
    assert.equal(standIn.runInThisContext("1 + 1"), 2);
  });
});
