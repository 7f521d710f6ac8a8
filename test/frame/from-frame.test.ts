import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import { DataFrame } from "danfojs-node";
import type { DesignInput } from "../../src";
import { type FromFrameOptions, fromFormula, fromFrame } from "../../src/frame";
import { multinomial, SmoothGroupLasso, SmoothLasso, squaredError } from "../../src/index";
import type { Anything } from "../support/bad-input";
import { rowsOf } from "../support/rows-of";

const arquero = () => import("arquero");

const area = [50, 70, 90, 60];
const city = ["Ulm", "Bonn", "Kiel", "Ulm"];
const lift = [true, false, true, true];
const rent = [9, 14, 15, 10];
const frame = { area, city, lift, rent };

/** `area, city=Bonn, city=Kiel, city=Ulm, lift`, by rows, written out by hand. */
const EXPECTED = [
  [50, 0, 0, 1, 1],
  [70, 1, 0, 0, 0],
  [90, 0, 1, 0, 1],
  [60, 0, 0, 1, 1],
];

/** A stand-in for a polars frame, which has no binary for every machine. */
const polars = {
  columns: Object.keys(frame),
  getColumn: (name: string) => ({ dtype: "x", toArray: () => frame[name as keyof typeof frame] }),
};

/** A stand-in for what `runAndReadAll` of DuckDB gives. */
const duckDb = {
  done: true,
  currentRowCount: 4,
  columnNames: () => Object.keys(frame),
  getColumnsJS: () => [area.map(BigInt), city, lift, rent],
};

const KINDS: Record<string, () => DesignInput | Promise<DesignInput>> = {
  "a danfojs frame": () => new DataFrame(frame),
  "an Arquero table": async () => (await arquero()).table(frame) as DesignInput,
  "an Arrow table": () => arrow.tableFromArrays({ area: Int32Array.from(area), city, lift, rent }),
  "a Polars frame": () => polars,
  "a result of DuckDB": () => duckDb,
  "columns by name": () => frame,
  records: () => area.map((_, i) => ({ area: area[i], city: city[i], lift: lift[i], rent: rent[i] })),
};

describe("fromFrame", () => {
  it("is told from what a model takes, which are its X and its y", () => {
    const data = fromFrame({ area: [50, 70], rent: [9, 14] }, { response: "rent" });
    const model = new SmoothLasso({ lambda: 0.1 });
    const remedy = "got a FrameData; pass its X and its y, as in fit(data.X, data.y)";
    assert.throws(() => model.fit(data as unknown as typeof data.X, data.y), {
      name: "InputError",
      message: `SmoothLasso.fit: X must be a data frame, an array of rows, columns by name or a matrix { data, nSamples, nFeatures }, ${remedy}`,
    });
  });

  for (const [kind, make] of Object.entries(KINDS)) {
    it(`reads ${kind}: numbers as they are, texts as indicators of their levels`, async () => {
      const data = fromFrame(await make(), { response: "rent" });
      assert.deepEqual(data.featureNames, ["area", "city=Bonn", "city=Kiel", "city=Ulm", "lift"]);
      assert.deepEqual(rowsOf(data.X), EXPECTED);
      assert.deepEqual(data.groups, [0, 1, 1, 1, 2]);
      assert.deepEqual(data.y, Float64Array.from(rent));
      assert.deepEqual(rowsOf(data.encode(await make())), EXPECTED);
    });
  }

  it("reads dates and timestamps of Arrow where their format is named, as those of other frames", () => {
    const days = [new Date(Date.UTC(2026, 0, 5)), null, new Date(Date.UTC(2026, 2, 1, 12))];
    const types = [
      new arrow.DateDay(),
      new arrow.DateMillisecond(),
      new arrow.TimestampMicrosecond(),
      new arrow.TimestampSecond(),
    ];
    for (const type of types) {
      const table = new arrow.Table({
        day: arrow.vectorFromArray(days, type),
        y: arrow.vectorFromArray([1, 2, 3]),
      });
      const options = { response: "y", missing: "drop" } as const;
      const { X } = fromFrame(table, { ...options, dates: { day: "YYYY-MM-DD" } });
      // 20458 days from 1970-01-01 to 2026-01-05, as Date.UTC counts, and 55.5 more.
      assert.deepEqual(rowsOf(X), [[20458], [type instanceof arrow.DateDay ? 20513 : 20513.5]]);
      assert.throws(
        () => fromFrame(table, options),
        /column "day", row 0 must be a finite number, got a Date; say which/,
      );
    }
  });

  it("leaves columns out, which new frames need not have and whose missing values drop no row", () => {
    const table = { id: ["a", null, "c", "d"], ...frame };
    const data = fromFrame(table, { response: "rent", exclude: ["id", "city"], missing: "drop" });
    assert.deepEqual(data.featureNames, ["area", "lift"]);
    assert.deepEqual(fromFrame(frame, { response: "rent", exclude: "city" }).featureNames, ["area", "lift"]);
    assert.equal(data.rows.length, 4);
    assert.deepEqual(rowsOf(data.encode({ area, lift })), rowsOf(data.X));
  });

  it("reads a frame with a column without a name, as of R's row names, where nothing reads that column", () => {
    const frame = { "": ["1", "2", "3"], age: [4, 7, 5], y: [1, 2, 3] };
    const read = [
      fromFrame(frame, { response: "y", exclude: [""] }),
      fromFrame(frame, { response: "y", features: "age" }),
      fromFormula("y ~ age", frame),
    ];
    for (const { featureNames, encode } of read) {
      assert.deepEqual(featureNames, ["age"]);
      assert.deepEqual(Array.from(encode(frame).data), frame.age);
    }
    for (const refused of [() => fromFrame(frame, { response: "y" }), () => fromFormula("y ~ .", frame)])
      assert.throws(refused, /the name of column 0 must be a text .* exclude: \[""\] .* row\.names = FALSE/);
  });

  it("takes one name as text where a list is taken", () => {
    const table = { zip: [10, 2, 10], size: [3, 1, 2], y: [1, 2, 3] };
    const named = (options: Partial<FromFrameOptions>): readonly string[] =>
      fromFrame(table, { response: "y", ...options }).featureNames;
    assert.deepEqual(named({ features: "size" }), ["size"]);
    assert.deepEqual(named({ features: "zip", categorical: "zip", drop: "none" }), ["zip=2", "zip=10"]);
    const message = 'fromFrame: categorical must be one of the features, got "szie"; did you mean "size"?';
    assert.throws(() => named({ categorical: "szie" }), { message });
  });

  it("reads rows without names by position", () => {
    const rows = area.map((value, i) => [value, city[i], rent[i]]) as Anything;
    const data = fromFrame(rows, { response: "x2" });
    assert.deepEqual(data.featureNames, ["x0", "x1=Bonn", "x1=Kiel", "x1=Ulm"]);
    assert.deepEqual(rowsOf(data.encode([[70, "Bonn"]] as Anything)), [[70, 1, 0, 0]]);
  });

  it("gives labels as y where the response is texts or truth values, and models take them", () => {
    const data = fromFrame(frame, { response: "city", features: ["area", "rent"] });
    assert.deepEqual(data.y, city);
    const fit = new SmoothLasso({ lambda: 0.1, datafit: multinomial() }).fit(data.X, data.y);
    assert.deepEqual(fit.classes, ["Bonn", "Kiel", "Ulm"]);
    assert.deepEqual(fromFrame(frame, { response: "lift" }).y, lift);
  });

  it("gives a table as y for several responses", () => {
    const { X, y } = fromFrame(frame, { response: ["rent", "area"], features: ["city"] });
    const model = new SmoothLasso({ lambda: 0.1, datafit: squaredError({ nResponses: 2 }) });
    assert.deepEqual(model.fit(X, y).responseNames, ["rent", "area"]);
  });

  it("drops the first of two levels, of all, or of none", () => {
    const two = { kind: ["b", "a", "b"], y: [1, 2, 3] };
    const namesBy = (drop?: "first" | "none" | "ifBinary", table: DesignInput = two) =>
      fromFrame(table, { response: "y", drop, features: "kind" in table ? ["kind"] : ["city"] }).featureNames;
    assert.deepEqual(namesBy(), ["kind=b"]);
    assert.deepEqual(namesBy("none"), ["kind=a", "kind=b"]);
    const three = { city, y: rent };
    assert.deepEqual(namesBy("ifBinary", three), ["city=Bonn", "city=Kiel", "city=Ulm"]);
    assert.deepEqual(namesBy("first", three), ["city=Kiel", "city=Ulm"]);
  });

  it("reads numbers, truth values and texts of digits as levels where asked", () => {
    const table = { zip: ["10", "2", "10"], size: [3, 1, 2], open: [true, false, true], y: [1, 2, 3] };
    const { featureNames } = fromFrame(table, { response: "y", categorical: ["zip", "size", "open"] });
    assert.deepEqual(featureNames, ["zip=2", "size=1", "size=2", "size=3", "open=true"]);
  });

  it("gives the same model sparse and dense", () => {
    const options = { response: "rent" };
    const dense = fromFrame(frame, options);
    const sparse = fromFrame(frame, { ...options, sparse: true });
    assert.equal((sparse.X as { format?: string }).format, "csc");
    assert.deepEqual(rowsOf(sparse.X), rowsOf(dense.X));
    assert.deepEqual(rowsOf(sparse.encode(frame)), EXPECTED);
  });

  it("gives groups that a group lasso keeps or drops whole", () => {
    const n = 60;
    const cities = Array.from({ length: n }, (_, i) => ["a", "b", "c", "d"][i % 4]);
    const other = Array.from({ length: n }, (_, i) => ["p", "q", "r"][(i * 7) % 3]);
    const y = cities.map((name) => ({ a: 1, b: 5, c: -3, d: 0 })[name] as number);
    const { X, groups, groupNames, featureNames } = fromFrame({ cities, other, y }, { response: "y" });
    const response = fromFrame({ y, z: y }, { response: "y" }).y;
    const fit = new SmoothGroupLasso({ groups, lambda: 0.3 }).fit(X, response);
    const support = [...fit.support].map((j) => featureNames[j]);
    assert.deepEqual(support, ["cities=a", "cities=b", "cities=c", "cities=d"]);
    const named = new SmoothGroupLasso({ groups: groupNames, lambda: 0.3 }).fit(X, response);
    assert.deepEqual(named.coef, fit.coef);
    assert.deepEqual(
      named.groupNorms?.map(({ group }) => group),
      ["cities"],
    );
  });

  it("shows what became of each column", () => {
    const text = fromFrame(
      { ...frame, area: [50, null, 90, 60] },
      { response: "rent", missing: "drop" },
    ).toString();
    assert.match(text, /^3 rows, 1 dropped for missing values; 3 columns as 3 features\n/);
  });

  // The square of these sizes is 10^10 steps and more, many minutes where a test has a minute.
  it("takes a time that is linear in the number of columns and in the length of texts", function () {
    this.timeout(60_000);
    const names = Array.from({ length: 200_000 }, (_, j) => `column ${j}`);
    const wide = Object.fromEntries(names.map((name) => [name, [1, 2]]));
    const [response, ...features] = names;
    assert.equal(fromFrame(wide, { response }).featureNames.length, features.length);
    assert.equal(fromFrame(wide, { response, features }).featureNames.length, features.length);
    const exclude = features.slice(1);
    assert.deepEqual(fromFrame(wide, { response, exclude }).featureNames, ["column 1"]);

    const blanks = " ".repeat(1_000_000);
    for (const text of [`${blanks}x`, `1.1.24 9:30${blanks}x`, `n/a${blanks}x`, `1.5${blanks}%x`]) {
      assert.deepEqual(fromFrame({ a: [text, "b"], y: [1, 2] }, { response: "y" }).groups, [0]);
      assert.throws(() => fromFrame({ a: [1, text], y: [1, 2] }, { response: "y" }), { name: "InputError" });
    }
  });
});
