import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../src/display/mime-bundle";

class Answer implements Displayable {
  toMimeBundle(): MimeBundle {
    return { "text/html": "<b>42</b>", "text/plain": this.toString() };
  }

  toString(): string {
    return "42";
  }
}
makeDisplayable(Answer);

describe("makeDisplayable", () => {
  it("gives kernels the bundle under their symbol", () => {
    const method = Reflect.get(new Answer(), Symbol.for("Jupyter.display")) as () => MimeBundle;
    assert.deepEqual(method.call(new Answer()), { "text/html": "<b>42</b>", "text/plain": "42" });
  });

  it("gives the console the text, also inside of other values", () => {
    assert.equal(inspect([new Answer()]), "[ 42 ]");
  });

  it("adds nothing that is listed as a property", () => {
    assert.deepEqual(Object.keys(new Answer()), []);
    const listed: string[] = [];
    for (const key in new Answer()) listed.push(key);
    assert.deepEqual(listed, []);
  });
});
