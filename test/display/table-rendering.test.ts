import assert from "node:assert/strict";
import { progressLine } from "../../src/display/progress-display";
import { Table } from "../../src/display/table";
import { firstAndLast } from "../../src/display/table-rendering";
import { InputError, mustBe } from "../../src/errors";
import { SmoothLasso } from "../../src/estimators";
import { fromFrame } from "../../src/frame";

describe("firstAndLast", () => {
  it("are all places where there are few, else the first and the last ones", () => {
    assert.deepEqual(firstAndLast(3, 4), [0, 1, 2]);
    assert.deepEqual(firstAndLast(4, 4), [0, 1, 2, 3]);
    assert.deepEqual(firstAndLast(100, 4), [0, 1, 98, 99]);
    assert.deepEqual(firstAndLast(100, 5), [0, 1, 2, 98, 99]);
    assert.deepEqual(firstAndLast(0, 4), []);
  });
});

describe("texts for terminals", () => {
  // All that moves a cursor, sets a title or clears a screen begins with one of them, as CSI does as two characters and as one.
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => /\p{Cc}/u.test(character) && character !== "\n" && character !== "\t",
  );
  // Those of Unicode that turn the direction of what follows (UAX 9), so that "a<U+202E>cod.exe" reads as "aexe.doc".
  const marks = [
    0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
  ];
  const hostile = `a${controls.join("")}${String.fromCharCode(...marks)}b`;
  const isPrintable = (text: string): boolean =>
    !/[^\P{Cc}\n\t]/u.test(text) && !marks.some((mark) => text.includes(String.fromCharCode(mark)));

  it("have escapes in place of the control characters of data", () => {
    assert.equal(controls.length, 63);
    const y = [1, 2, 4, 3, 6];
    const frame = { [hostile]: [1, 2, 3, 4, 5], other: ["u", hostile, "u", hostile, "v"], y };
    const data = fromFrame(frame, { response: "y" });
    const fit = new SmoothLasso({ lambda: 0 }).fit(data.X, y);
    const table = new Table({
      title: hostile,
      columns: [hostile, "n"],
      subheads: [hostile, ""],
      rows: [[hostile, 1]],
      lights: [{ colour: "green", text: hostile }],
      notes: [hostile],
    });
    for (const shown of [data, data.encoder, fit, table]) {
      const text = String(shown);
      assert.ok(isPrintable(text), JSON.stringify(text));
      assert.ok(text.includes("\\u001b") && text.includes("\\u009b"), text);
      const html = String(shown.toMimeBundle()["text/html"]);
      assert.ok(isPrintable(html) && html.includes("\\u202e") && html.includes("\\u2066"), html);
    }
    const widths = String(table)
      .split("\n")
      .slice(2, 6)
      .map((line) => line.trimEnd().length);
    assert.equal(new Set([widths[0], widths[2], widths[3]]).size, 1);
    for (const error of [
      new InputError(hostile),
      mustBe("fit", hostile, hostile, hostile, hostile),
      new InputError(`a\u001b]0;title\u0007`),
    ])
      assert.ok(isPrintable(error.message), JSON.stringify(error.message));
    assert.throws(
      () => fromFrame(frame, { response: "\u009b2J" }),
      (error: Error) => isPrintable(error.message) && error.message.includes('"\\u009b2J"'),
    );
    const state = { task: hostile, share: 0.5, status: "running", message: hostile, seconds: 1 } as never;
    assert.ok(isPrintable(progressLine(state, 1000)));
  });

  it("keep a name of several lines on its line, in time that is linear in its length", () => {
    const long = `x${"\t".repeat(1_000_000)}y${" ".repeat(1_000_000)}z`;
    const table = new Table({ columns: ["a\r\n\tb"], rows: [["c\nd"], [long]] });
    assert.deepEqual(String(table).split("\n").slice(2, 3), ["c d"]);
    assert.match(String(table), /^a b/);
    assert.ok(table.toMimeBundle()["text/html"]);
  });
});
