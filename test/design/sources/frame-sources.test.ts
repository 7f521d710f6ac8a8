import assert from "node:assert/strict";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { asTarget } from "../../../src/design/targets/numeric-target";
import { InputError } from "../../../src/errors";
import { asDense } from "../../support/as-dense";

// Arquero is an ES module: a CommonJS test reaches it by import() only.
const arquero = () => import("arquero");

describe("an Arquero table", () => {
  it("is read with its column names", async () => {
    const design = asDense(
      asDesignMatrix("test", (await arquero()).table({ age: [31, 45], smoker: [true, false] })),
    );
    assert.deepEqual([...design.values], [31, 45, 1, 0]);
    assert.deepEqual(design.featureNames, ["age", "smoker"]);
  });

  it("is read through its filter and in its order", async () => {
    const { desc, op, table } = await arquero();
    const ages = table({ age: [31, 45, 28] });
    const selected = ages.filter((row: { age: number }) => op.abs(row.age) > 30).orderby(desc("age"));
    assert.deepEqual([...asDense(asDesignMatrix("test", selected)).values], [45, 31]);
  });

  it("gives a response by its column", async () => {
    const { table } = await arquero();
    const y = table({ progression: [151, 75] }).array("progression") as number[];
    assert.deepEqual([...asTarget("test", y)], [151, 75]);
  });

  it("is refused where a value is null", async () => {
    const { table } = await arquero();
    assert.throws(
      () => asDesignMatrix("test", table({ age: [31, null] })),
      new InputError(
        'test: column "age", row 1 must be a finite number, got null; drop or impute missing values first',
      ),
    );
  });

  it("is refused where it has no columns", async () => {
    const { table } = await arquero();
    assert.throws(
      () => asDesignMatrix("test", table({})),
      new InputError("test: X must have at least one row and one column, got 0 rows and 0 columns"),
    );
  });
});

/**
 * A stand-in for nodejs-polars, which has no binary for every machine this test runs on: like there, the series and
 * the frame are proxies, and asking the frame for a property descriptor it does not know throws.
 */
function polarsFrame(columns: Record<string, unknown[]>): {
  columns: string[];
  getColumn(name: string): unknown;
} {
  const getColumn = (name: string) => {
    if (!(name in columns)) throw new Error(`not found: ${name}`);
    return { dtype: "Float64", toArray: () => columns[name] };
  };
  return new Proxy(
    { columns: Object.keys(columns), getColumn },
    {
      getOwnPropertyDescriptor: (target, name) => {
        if (!(name in target)) getColumn(String(name));
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
    },
  );
}

describe("a polars frame", () => {
  const frame = polarsFrame({ age: [31, 45], smoker: [true, false] });

  it("is read with its column names", () => {
    const design = asDense(asDesignMatrix("test", frame));
    assert.deepEqual([...design.values], [31, 45, 1, 0]);
    assert.deepEqual(design.featureNames, ["age", "smoker"]);
  });

  it("gives a response by its column", () => {
    assert.deepEqual(
      [...asTarget("test", frame.getColumn("age") as { dtype: string; toArray(): unknown[] })],
      [31, 45],
    );
  });
});
