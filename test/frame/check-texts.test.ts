import assert from "node:assert/strict";
import { ColumnError, fromFrame } from "../../src/frame";

const numbersWrittenOtherwise: readonly (readonly [string, readonly string[], string])[] = [
  [
    "numbers with decimal commas",
    ["1,5", "2", "-3,25"],
    'column "a", row 0 must be a number or a word, got "1,5"; write numbers with a decimal point, or read them by readCsv with decimal: ",", or list "a" in categorical',
  ],
  [
    "percentages",
    ["7%", "1.5 %", "-3,25%"],
    'column "a", row 0 must be a number or a word, got "7%"; write numbers without %, or list "a" in categorical',
  ],
  [
    "numbers with separators of thousands",
    ["1,234.5", "17,000,000", "n.a."],
    'column "a", row 0 must be a number or a word, got "1,234.5"; write numbers with a decimal point and no separators of thousands, or read them by readCsv with thousands: "," and missing: ["n.a."], or list "a" in categorical',
  ],
  [
    "numbers whose comma may be that of thousands or of decimals",
    ["12,500", "1,234", "950"],
    'column "a", row 0 must be a number or a word, got "12,500"; write numbers with a decimal point and no separators of thousands, or read them by readCsv with thousands: "," or decimal: ",", or list "a" in categorical',
  ],
  [
    "numbers of which one tells what their comma is",
    ["12,500", "1,234", "950,5"],
    'column "a", row 2 must be a number or a word, got "950,5"; write numbers with a decimal point, or read them by readCsv with decimal: ",", or list "a" in categorical',
  ],
  [
    "numbers of spaces, which may be those that keep a line from breaking, or of apostrophes",
    ["1\u202F234,5", "12 500", "950"],
    'column "a", row 0 must be a number or a word, got "1\u202F234,5"; write numbers with a decimal point and no separators of thousands, or read them by readCsv with decimal: "," and thousands: " ", or list "a" in categorical',
  ],
  [
    "numbers with a decimal comma among some with points",
    ["42.1", "9,9", "3.5"],
    'column "a", row 1 must be a number or a word, got "9,9"; write numbers with a decimal point, or list "a" in categorical',
  ],
  [
    "amounts of money",
    ["$214.50", "12 €", "$1,200", "1 200 €"],
    'column "a", row 0 must be a number or a word, got "$214.50"; write numbers without the sign of a currency, or list "a" in categorical',
  ],
];

describe("texts of a frame that are numbers to their reader", () => {
  for (const [what, values, message] of numbersWrittenOtherwise) {
    it(`are refused where they are ${what}`, () => {
      const frame = { a: [...values], y: values.map((_, i) => i) };
      assert.throws(() => fromFrame(frame, { response: "y" }), {
        name: "InputError",
        message: `fromFrame: ${message}`,
      });
      assert.doesNotThrow(() => fromFrame(frame, { response: "y", categorical: "a" }));
    });
  }
});

describe("the refusal of a column", () => {
  it("has its parts as data, for who says them in other words", () => {
    const refusal = (a: readonly string[]): unknown => {
      try {
        return fromFrame({ a, y: a.map((_, i) => i) }, { response: "y" });
      } catch (error) {
        assert.ok(error instanceof ColumnError);
        const { column, row, fault, remedies } = error;
        return { column, row, fault, remedies };
      }
    };
    assert.deepEqual(refusal(["7", "1.234,5", "2"]), {
      column: "a",
      row: 1,
      fault: 'must be a number or a word, got "1.234,5"',
      remedies: [
        { words: "write numbers with a decimal point and no separators of thousands" },
        { readings: [{ decimal: ",", thousands: "." }] },
        { option: "categorical" },
      ],
    });
    assert.deepEqual(refusal(Array.from({ length: 20 }, (_, i) => `patient ${i}`)), {
      column: "a",
      row: undefined,
      fault: "must have levels that recur, got 20 levels in 20 rows",
      remedies: [{ option: "exclude" }, { option: "categorical" }],
    });
  });
});

describe("a response of texts that are numbers or dates to their reader", () => {
  const read = (y: readonly string[]): unknown =>
    fromFrame({ a: y.map((_, i) => i), y: [...y] }, { response: "y", missing: "drop" }).y;

  it("is refused where all are", () => {
    const rule = "must be a number or the label of a class, got";
    const classes = "or write labels with a letter where they are classes";
    assert.throws(() => read(["7", "322,35", "n/a", "214,4"]), {
      name: "InputError",
      message: `fromFrame: column "y", row 1 ${rule} "322,35"; write numbers with a decimal point, or read them by readCsv with decimal: ",", ${classes}`,
    });
    assert.throws(() => read(["7 %", "5 %"]), {
      message: `fromFrame: column "y", row 0 ${rule} "7 %"; write numbers without %, ${classes}`,
    });
  });

  it("is refused where all are dates, which a frame's features are as well", () => {
    for (const dates of [
      ["2024-08-31", "NA", "2024-09-01"],
      ["31.08.2024", "1.9.2024"],
    ])
      assert.throws(() => read(dates), {
        name: "InputError",
        message: `fromFrame: column "y", row 0 must be a number or the label of a class, got "${dates[0]}"; convert dates to numbers first, such as days, or write labels with a letter where they are classes`,
      });
    assert.deepEqual(read(["2024-08-31", "later"]), ["2024-08-31", "later"]);
  });

  it("is one of classes where one is a word, or all are numbers as they are written", () => {
    for (const labels of [
      ["7 %", "few"],
      ["dose 1,5", "dose 2,5"],
      ["1", "2"],
    ])
      assert.deepEqual(read(labels), labels);
  });
});
