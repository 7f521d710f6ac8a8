import assert from "node:assert/strict";
import { explanationBundle } from "../../../kernel/compiler/explanation";

const known = {
  signature: "function plus(a: number): number",
  documentation: "Adds {@link https://example.org numbers}, as {@link minus} does not.",
  tags: [
    { name: "param", text: "a - the first" },
    { name: "returns", text: "the sum" },
    { name: "example", text: "plus(1)" },
  ],
  declaration: "declare function plus(a: number): number;",
};

describe("an explanation", () => {
  it("is plain text and Markdown: signature, documentation, tags, declaration and value", () => {
    assert.deepEqual(explanationBundle(known, "= 3", true), {
      "text/plain":
        "function plus(a: number): number\n\nAdds {@link https://example.org numbers}, as {@link minus} does not.\n\n@param a - the first\n@returns the sum\n@example plus(1)\n\ndeclare function plus(a: number): number;\n\n= 3",
      "text/markdown":
        "```ts\nfunction plus(a: number): number\n```\n\nAdds [numbers](https://example.org), as `minus` does not.\n\n- *@param* `a`: the first\n- *@returns* the sum\n- *@example*\n\n```ts\nplus(1)\n```\n\n\n```ts\ndeclare function plus(a: number): number;\n```\n\n```text\n= 3\n```",
    });
  });

  it("keeps values with backticks within their block", () => {
    const bundle = explanationBundle(undefined, "= '```'", false);
    assert.deepEqual(bundle, { "text/plain": "= '```'", "text/markdown": "````text\n= '```'\n````" });
  });
});
