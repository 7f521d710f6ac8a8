import assert from "node:assert/strict";
import { DataFrame, Series } from "danfojs-node";
import { bundleOf } from "../../kernel/display";
import { isFrame } from "../../kernel/frame-table";

describe("the table of a data frame", () => {
  it("shows danfojs frames as HTML and as text, with the shape", () => {
    const bundle = bundleOf(new DataFrame({ a: [1, 2.5], "b<c": ["x", null] })) as Record<string, string>;
    assert.equal(bundle["text/plain"], "     a   b<c\n0    1     x\n1  2.5  null\n\n2 rows × 2 columns");
    assert.match(bundle["text/html"] as string, /<th>a<\/th><th>b&lt;c<\/th>/);
    assert.match(bundle["text/html"] as string, /<tr><th>1<\/th><td>2.5<\/td><td>null<\/td><\/tr>/);
  });

  it("shows a series as one column", () => {
    const bundle = bundleOf(new Series([7, 8], { index: ["r", "s"] })) as Record<string, string>;
    assert.match(bundle["text/plain"] as string, /^r {2}7$/m);
    assert.match(bundle["text/plain"] as string, /2 rows × 1 columns$/);
  });

  it("shows the first and last rows and columns of a large frame", () => {
    const rows = Array.from({ length: 1000 }, (_, row) =>
      Array.from({ length: 30 }, (_, at) => row * 100 + at),
    );
    const text = (bundleOf(new DataFrame(rows)) as Record<string, string>)["text/plain"] as string;
    const lines = text.split("\n");
    assert.equal(lines.length, 1 + 21 + 2);
    assert.match(lines[1] as string, /^ *0 +0 .*… .* 29$/);
    assert.match(lines[21] as string, /^999 +99900 .*… .* 99929$/);
    assert.equal(lines.at(-1), "1000 rows × 30 columns");
  });

  it("leaves other objects alone", () => {
    assert.equal(isFrame({ columns: ["a"], data: [] }), false);
  });
});
