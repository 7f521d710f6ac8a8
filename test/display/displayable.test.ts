import assert from "node:assert/strict";
import { inspect } from "node:util";
import { displayable } from "../../src/display/displayable";
import { DISPLAY, type MimeBundle } from "../../src/display/mime-bundle";
import { Table } from "../../src/display/table";

describe("displayable", () => {
  const record = displayable({ a: 1 }, ({ a }) => new Table({ columns: ["a"], rows: [[a]] }));

  it("makes one record show itself as a table to kernels and to the console", () => {
    assert.equal(inspect(record), "a\n─\n1");
    assert.equal(String(record), "a\n─\n1");
    const bundle = (Reflect.get(record, DISPLAY) as () => MimeBundle)();
    assert.equal(bundle["text/plain"], "a\n─\n1");
    assert.match(String(bundle["text/html"]), /<table/);
  });

  it("adds nothing that is listed, copied or written", () => {
    assert.deepEqual(record, { a: 1 });
    assert.deepEqual(Reflect.ownKeys({ ...record }), ["a"]);
    assert.equal(JSON.stringify(record), '{"a":1}');
  });
});
