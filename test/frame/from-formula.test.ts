/** Formulas, against R's `model.matrix`, and their grammar. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { cox, SmoothLasso } from "../../src";
import { InputError } from "../../src/errors";
import { type Expression, parseExpression, parseFormula, termsOf, textOf } from "../../src/frame/formula";
import { encoderFromJSON } from "../../src/frame/frame-encoder";
import { type FromFormulaOptions, fromFormula } from "../../src/frame/from-formula";
import { fromFrame } from "../../src/frame/from-frame";
import { rowsOf } from "../support/rows-of";
import { ROOT } from "../support/tracked-files";

interface GoldenMatrix {
  readonly names: readonly string[];
  readonly assign: readonly number[];
  readonly rows: Record<string, number[]>;
}

type Frame = Record<string, (number | string)[]>;

interface Golden {
  readonly tables: Record<string, Frame>;
  readonly lung: Record<string, number[]>;
  readonly cases: readonly {
    readonly table: string;
    readonly formula: string;
    readonly drop: "first" | "none";
    readonly held: number[];
    readonly fitted: GoldenMatrix;
    readonly fresh: GoldenMatrix;
  }[];
}

const golden = JSON.parse(readFileSync(join(ROOT, "test/golden/formula.json"), "utf8")) as Golden;

function rowsAt(frame: Frame, keep: (row: number) => boolean): Frame {
  return Object.fromEntries(
    Object.entries(frame).map(([name, values]) => [name, values.filter((_, i) => keep(i))]),
  );
}

function assertRows(found: number[][], { rows, names }: GoldenMatrix, nSkipped: number): void {
  const wanted = Object.values(rows).map((row) => row.slice(nSkipped));
  assert.equal(found.length, wanted.length);
  wanted.forEach((row, i) => {
    row.forEach((value, j) => {
      const close = Math.abs(found[i][j] - value) <= 1e-10 * Math.max(1, Math.abs(value));
      assert.ok(close, `row ${i}, ${names[nSkipped + j]}: ${found[i][j]}, not ${value}`);
    });
  });
}

describe("fromFormula", () => {
  for (const { table, formula, drop, held, fitted, fresh } of golden.cases) {
    it(`has the columns of R: ${formula}${drop === "none" ? ", all levels" : ""}`, () => {
      const frame = golden.tables[table];
      const data = fromFormula(
        formula,
        rowsAt(frame, (i) => !held.includes(i)),
        { drop },
      );
      const nSkipped = Number(data.fitIntercept);
      assert.equal(fitted.names.includes("(Intercept)"), data.fitIntercept);
      // R writes no mark between a column and its level, and the call of factor() before it.
      const inR = data.featureNames.map((name) =>
        name.replace(/ftv=/g, "factor(ftv)").replace(/(race|smoke|wool|tension)=/g, "$1"),
      );
      assert.deepEqual(inR, fitted.names.slice(nSkipped));
      assert.deepEqual(
        data.groups,
        fitted.assign.slice(nSkipped).map((term) => term - 1),
      );
      assertRows(rowsOf(data.X), fitted, nSkipped);
      const others = rowsAt(frame, (i) => held.includes(i));
      assertRows(rowsOf(data.encode(others)), fresh, nSkipped);
      const read = encoderFromJSON(JSON.stringify(data.encoder));
      assert.deepEqual(read.encode(others), data.encode(others));
    });
  }

  const { births } = golden.tables;

  it("is fromFrame where each term is a column, and sparse where asked", () => {
    for (const options of [{}, { drop: "first" }, { drop: "none" }, { sparse: true }] as const) {
      const [one, other] = [
        fromFormula("bwt ~ .", births, options),
        fromFrame(births, { response: "bwt", ...options }),
      ];
      assert.deepEqual(one.X, other.X);
      assert.deepEqual([one.y, one.groups, one.featureNames], [other.y, other.groups, other.featureNames]);
    }
    const formula = "bwt ~ race * smoke + poly(age, 2):race";
    const [dense, sparse] = [fromFormula(formula, births), fromFormula(formula, births, { sparse: true })];
    assert.deepEqual(rowsOf(sparse.X), rowsOf(dense.X));
  });

  it("reads responses: calculations, times with events, and several columns", () => {
    assert.deepEqual(
      fromFormula("log(bwt) ~ age", births).y,
      Float64Array.from(births.bwt, (value) => Math.log(Number(value))),
    );
    assert.deepEqual(fromFormula("race ~ age", births).y, births.race);
    const { lung } = golden;
    const survival = fromFormula("Surv(time, status == 2) ~ age + sex", lung);
    assert.deepEqual(
      rowsOf(survival.y as never),
      lung.time.map((time, i) => [time, lung.event[i]]),
    );
    const delayed = fromFormula("Surv(time / 2, time, status == 2) ~ age", lung).y as unknown as {
      featureNames: string[];
    };
    assert.deepEqual(delayed.featureNames, ["start", "time", "event"]);
    assert.deepEqual(rowsOf(delayed as never)[0], [lung.time[0] / 2, lung.time[0], lung.event[0]]);
    const byColumns = fromFrame(lung, { response: ["time", "event"], features: ["age", "sex"] });
    const model = new SmoothLasso({ datafit: cox(), lambda: 0.01 });
    assert.deepEqual(model.fit(survival.X, survival.y).coef, model.fit(byColumns.X, byColumns.y).coef);
    const several = fromFormula("cbind(bwt, lwt / 2) ~ age", births).y as unknown as {
      featureNames: string[];
      data: Float64Array;
    };
    assert.deepEqual(several.featureNames, ["bwt", "lwt/2"]);
    assert.deepEqual([...several.data.slice(0, 2)], [births.bwt[0], Number(births.lwt[0]) / 2]);
  });

  const holes = {
    a: [1, null, 4, 9],
    city: ["Ulm", "Bonn", null, "Ulm"],
    day: ["1.2.24", "2.2.24", "3.2.24", "4.2.24"],
  };
  const table = { ...holes, y: [1, 2, 3, 5] };

  it("takes a column as levels and as numbers, in any order", () => {
    const frame = { x: [1, 2, 4], y: [0, 1, 5] };
    const levels = [0, 1, 2].map((k) => [0, 1, 2].map((i) => Number(i === k)));
    const wanted = frame.x.map((x, i) => [...levels.map((own) => own[i]), Math.log(x)]);
    assert.deepEqual(rowsOf(fromFormula("y ~ factor(x) + log(x)", frame).X), wanted);
  });

  it("compares texts with any text that the formula can quote", () => {
    const frame = { note: ['a "b"', "it's", "a\\b"], y: [0, 1, 5] };
    frame.note.forEach((text, k) => {
      const quote = text.includes('"') ? "'" : '"';
      const data = fromFormula(`y ~ I(note == ${quote}${text}${quote})`, frame);
      const found = rowsOf(encoderFromJSON(JSON.stringify(data.encoder)).encode(frame)).flat();
      assert.deepEqual(
        found,
        [0, 1, 2].map((i) => Number(i === k)),
      );
    });
  });

  it("imputes columns before it calculates, leaves rows out, and reads dates", () => {
    const rowsBy = (formula: string, options: FromFormulaOptions): number[][] =>
      rowsOf(fromFormula(formula, table, options).X);
    assert.deepEqual(rowsBy("y ~ I(a^2)", { missing: "median" }), [[1], [16], [16], [81]]);
    assert.deepEqual(rowsBy("y ~ sqrt(a):city", { missing: "drop" }), [[1], [3]]);
    const fine = fromFormula("y ~ a * city", table, { missing: "level" });
    assert.deepEqual(fine.featureNames.slice(0, 3), ["a", "a=(missing)", "city=Bonn"]);
    assert.equal(fine.featureNames.length, 2 + 3 + 6);
    assert.deepEqual(
      rowsBy('y ~ I(day - 19753) + I(city == "Ulm")', { dates: { day: "D.M.YY" }, missing: "drop" }),
      [
        [1, 1],
        [2, 0],
        [4, 1],
      ],
    );
    assert.match(`${fine}`, /3 terms as 11 features[\s\S]*a:city +6/);
  });

  it("learns means, knots and polynomials from some rows alone, for the folds of a cross-validation", () => {
    const formula = "bwt ~ ns(age, 3) + poly(lwt, 2) + race";
    const data = fromFormula(formula, births);
    const some = [...births.age.keys()].filter((i) => i % 3 > 0);
    const alone = fromFormula(
      formula,
      rowsAt(births, (i) => i % 3 > 0),
    );
    assert.deepEqual(rowsOf(data.preprocess!(some)), rowsOf(alone.encode(births)));
    assert.equal(fromFormula("bwt ~ race * age", births).preprocess, undefined);
    const filled = fromFrame(
      { ...table, day: [1, 2, 3, 4] },
      { response: "y", missing: "mean", drop: "none" },
    );
    assert.deepEqual(rowsOf(filled.preprocess!([0, 1])), [
      [1, 0, 1, 1],
      [1, 1, 0, 2],
      [4, 0.5, 0.5, 3],
      [9, 0, 1, 4],
    ]);
  });

  it("names groups by the terms that they are of", () => {
    const { groups, groupNames } = fromFormula("bwt ~ ns(age, 3) + lwt * race - lwt", births);
    const terms = ["ns(age, 3)", "race", "lwt:race"];
    assert.deepEqual(
      groupNames,
      groups.map((label) => terms[label]),
    );
    assert.deepEqual([...new Set(groupNames)], terms);
  });

  for (const [formula, message, options = {}] of [
    ["y ~ a +", 'formula, character 8 must be a column, a number or "(", got the end'],
    ["y ~ (a", 'formula, character 7 must be ")", got the end'],
    ["y ~ a b", 'formula, character 7 must be an operator or the end, got "b"'],
    ["y", 'formula must be a response, "~" and terms, got "y"'],
    ["~ a", 'formula must be a response before its "~", got "~ a"'],
    ["y ~ 1", 'formula must be made of at least one term, got "1"'],
    ["y ~ 2 * a", 'formula must be made of terms, got "2"; calculate within I(), as in I(2 * a)'],
    [
      "y ~ a + (1 | city)",
      'formula, character 12 must be part of a formula, got "|"; there are no random effects',
    ],
    ["y ~ offset(a)", 'formula must be made of terms, got "offset(a)"; give an offset to fit: { offset }'],
    ["y ~ citty", 'the formula must be of columns of the frame, got "citty"; did you mean "city"?'],
    ["3 ~ a", 'the response must be of columns, got "3"'],
    ["y ~ TRUE", 'the formula must be of columns of the frame, got "TRUE"; there are "a", "city" and "day"'],
    [
      "y ~ poly(I(a * 1e200), 2, raw = TRUE)",
      "poly(I(a * 1e+200), 2, raw = TRUE)2 of 1e+200 must be a finite number, got Infinity; divide the column by a power of ten first",
      { missing: "mean" },
    ],
    [
      "y ~ day",
      'column "day", row 0 must be a finite number, got "1.2.24"; say which format dates have, as in dates: { "day": "D.M.YY" } or dates: { "day": "M.D.YY" }, or take it out of the formula, or list "day" in categorical',
    ],
    [
      "y ~ a + y",
      'the terms of the formula must be of columns that are no response, got "y"; where it is a feature too, give the frame a copy of it under another name',
    ],
    [
      "y ~ lag(a)",
      'a function of the formula must be one of I, log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan, poly, ns, bs, factor, got "lag"; did you mean "log"?',
    ],
    ["y ~ log(a - 1)", "log(a - 1), row 0 must be a finite number, got -Infinity", { missing: "mean" }],
    ["y ~ poly(a, 4)", "poly(a, 4) must be of a column with more than 4 values, got 4", { missing: "mean" }],
    ["y ~ ns(a, knots = 3)", 'ns(a, knots = 3) must be of x, df, got "knots"'],
    ["y ~ ns(a, df = 2, df = 3)", 'ns(a, df = 2, df = 3) must be of each argument once, got "df"'],
    [
      'y ~ I(city < "Kiel")',
      'I(city < "Kiel") must be a comparison of texts by == or !=, got "city < \\"Kiel\\""',
      { missing: "mean" },
    ],
    ['y ~ I(a == "4")', 'column "a", row 0 must be a text, as in a == "4", got 1', { missing: "mean" }],
    ["y ~ bs(a, 2)", 'df of bs(a, 2) must be an integer >= 3, got "2"'],
    [
      "y ~ log(city)",
      'column "city" must be a column of numbers in log(city), got texts; compare it with one, as in I(city == "a")',
      { missing: "mean" },
    ],
    [
      "y ~ log(a)",
      'column "a", row 1 must be a value in log(a), got none; missing: "mean" or "median" imputes it',
      { missing: "level" },
    ],
    [
      "Surv(y, a) ~ day",
      'column "a", row 2 must be 1 for an event and 0 for none, got 4; compare it with the value of an event, as in Surv(time, a == 2)',
      { missing: "drop", categorical: ["day"] },
    ],
    [
      "Surv(a) ~ day",
      'the response must be Surv(time, event) or Surv(start, time, event), got "Surv(a)"',
      { missing: "drop", categorical: "day" },
    ],
    [
      "y ~ a",
      'every option must be one of categorical, dates, missing, drop, unknown, sparse, got "response"; the formula names the columns',
      { response: "y" },
    ],
  ] as readonly [string, string, FromFormulaOptions?][]) {
    it(`refuses ${formula} in one sentence`, () => {
      assert.throws(() => fromFormula(formula, table, options), new InputError(`fromFormula: ${message}`));
    });
  }
});

describe("the grammar of formulas", () => {
  const leaf: fc.Arbitrary<Expression> = fc.oneof(
    fc
      .constantFrom("a", "b.c", "x_1", "two words", "größe")
      .map((name): Expression => ({ kind: "name", name })),
    fc.integer({ min: 0, max: 99 }).map((value): Expression => ({ kind: "number", value })),
    fc.constantFrom("Ulm", 'a "b"', "it's", "a\\b").map((value): Expression => ({ kind: "text", value })),
  );
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie("tree").map((of): Expression => ({ kind: "negative", of })),
      fc.tuple(fc.constantFrom("f", "ns"), fc.array(tie("tree"), { maxLength: 2 })).map(
        ([name, args]): Expression => ({
          kind: "call",
          name,
          args: args.map((value, k) => ({ name: k > 0 ? "df" : undefined, value })),
        }),
      ),
      fc
        .tuple(fc.constantFrom("+", "-", "*", "/", ":", "^", "==", "<="), tie("tree"), tie("tree"))
        .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right })),
    ),
  }));

  it("reads what it writes", () => {
    fc.assert(
      fc.property(tree, (expression) =>
        assert.deepEqual(parseExpression("test", textOf(expression)), expression),
      ),
    );
  });

  it("reads sums of ten thousand columns, and refuses powers of them", () => {
    const names = Array.from({ length: 10_000 }, (_, j) => `g${j}`);
    const of = (terms: string) => termsOf("test", parseFormula("test", `y ~ ${terms}`).terms, names);
    assert.deepEqual(of(names.join(" + ")), of("."));
    assert.equal(of(". - g0 - g1").terms.length, 9_998);
    const message =
      "test: formula must be of at most 1000000 products, got 100000000; take a lower power, or fewer terms";
    assert.throws(() => of(".^2"), new InputError(message));
  });

  it("refuses in one sentence what is nested too deep to calculate", () => {
    const refuses = (text: string, message: string): void => {
      assert.throws(() => parseFormula("test", text), new InputError(`test: formula, character ${message}`));
    };
    refuses(`y ~ ${"(".repeat(100_000)}`, '505 must be nested at most 500 deep, got "("');
    refuses(`y ~ ${"-".repeat(100_000)}`, '505 must be nested at most 500 deep, got "-"');
    const sum = `y ~ I(${Array.from({ length: 9000 }, () => "a").join("+")})`;
    refuses(sum, '1008 must be the end of a calculation of at most 500 operators, got "+"');
  });

  it("has the precedence of R", () => {
    for (const text of ["-a^2", "a - (b - c)", "(a + b) * c", "a + b * c:d^e", "(-a)^2", "a == b + 1"])
      assert.equal(textOf(parseExpression("test", text)), text);
    assert.equal(textOf(parseExpression("test", "((a))+(b*c) - d")), "a + b * c - d");
  });

  it("expands terms as R's terms() does", () => {
    const labels = (terms: string): string => {
      const found = termsOf("test", parseFormula("test", `y ~ ${terms}`).terms, ["a", "b", "c"]);
      return `${found.terms.map((term) => term.map((factor) => textOf(factor)).join(":")).join(" ")} ${Number(found.intercept)}`;
    };
    // attr(terms(y ~ ..., data = ...), "term.labels") and "intercept" of R 4.2.2.
    for (const [terms, wanted] of [
      ["a * b * c", "a b c a:b a:c b:c a:b:c 1"],
      ["(a + b + c)^2 - b:a", "a b c a:c b:c 1"],
      ["c + a:b + b", "c b a:b 1"],
      ["b + a:b", "b b:a 1"],
      [". + a:c", "a b c a:c 1"],
      ["a/b", "a a:b 1"],
      ["(a + b)/c", "a b a:b:c 1"],
      ["a - 1", "a 0"],
      ["-1 + a + 1", "a 1"],
      ["0 + a:a", "a 0"],
      [".^2 - a", "b c a:b a:c b:c 1"],
      ["log(a) + I(a^2) + a", "log(a) I(a^2) a 1"],
    ])
      assert.equal(labels(terms), wanted, terms);
  });
});
