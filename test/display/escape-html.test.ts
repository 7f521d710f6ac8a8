import assert from "node:assert/strict";
import { escapeHtml } from "../../src/display/escape-html";

describe("escapeHtml", () => {
  it("makes markup and quotes into text, and an entity into its letters", () => {
    assert.equal(
      escapeHtml(`<b class="x" id='y'>&amp;</b>`),
      "&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;",
    );
  });
});
