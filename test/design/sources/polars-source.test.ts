import assert from "node:assert/strict";
import { asDesignMatrix } from "../../../src/design/as-design-matrix";
import { asTarget } from "../../../src/design/as-target";
import { asDense } from "../../support/as-dense";

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
