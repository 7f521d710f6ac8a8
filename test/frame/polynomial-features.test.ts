import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import { InputError } from "../../src/errors";
import { polynomialFeatures } from "../../src/frame";
import type { Anything } from "../support/bad-input";

describe("polynomialFeatures", () => {
  it("gives the columns of scikit-learn's PolynomialFeatures(3, include_bias=False), in its order", () => {
    // scikit-learn 1.8, PolynomialFeatures(3, include_bias=False).fit_transform([[2, 3, 5], [-1, 4, 0.5]])
    const expected = [
      [2, 3, 5, 4, 6, 10, 9, 15, 25, 8, 12, 20, 18, 30, 50, 27, 45, 75, 125],
      [-1, 4, 0.5, 1, -4, -0.5, 16, 2, 0.25, -1, 4, 0.5, -16, -2, -0.25, 64, 8, 1, 0.125],
    ];
    const names = "a,b,c,a^2,a*b,a*c,b^2,b*c,c^2,a^3,a^2*b,a^2*c,a*b^2,a*b*c,a*c^2,b^3,b^2*c,b*c^2,c^3".split(
      ",",
    );
    const table = { a: [2, -1], b: [3, 4], c: [5, 0.5] };
    for (const X of [table, new DataFrame(table)] as Anything[]) {
      const products = polynomialFeatures(X, { degree: 3 });
      assert.deepEqual(Object.keys(products), names);
      const rows = [0, 1].map((i) => Object.values(products).map((column) => column[i]));
      assert.deepEqual(rows, expected);
    }
    assert.deepEqual(Object.keys(polynomialFeatures([[2, 3]])), ["x0", "x1", "x0^2", "x0*x1", "x1^2"]);
  });

  it("refuses other degrees, texts, products beyond the largest number, and a name that a product has", () => {
    const refuses = (X: Anything, options: Anything, message: string): void => {
      assert.throws(() => polynomialFeatures(X, options), new InputError(`polynomialFeatures: ${message}`));
    };
    refuses({ a: [1] }, { degree: 0 }, "degree must be an integer >= 1, got 0");
    refuses({ a: [1] }, { degree: 1.5 }, "degree must be an integer >= 1, got 1.5");
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, j) => [`a${j}`, [1]]));
    refuses(
      ten,
      { degree: 20 }, // binomial(30, 10) = 30045015
      "degree must make at most 1000000 columns, got 20, which makes 30045014 of 10; choose a lower degree or fewer columns",
    );
    refuses(
      { a: [1, 1e200] },
      {},
      'column "a^2", row 1 must be a finite number, got Infinity; scale the columns to numbers near 1 first',
    );
    refuses({ a: [1] }, { depth: 2 }, 'every option must be one of degree, got "depth"');
    refuses(
      { a: [1, null] },
      {},
      'column "a", row 1 must be a finite number, got null; drop or impute missing values first',
    );
    refuses(
      { a: [1], "a^2": [1] },
      {},
      'column names must be distinct, got "a^2"; rename column 1 or column 2',
    );
  });
});
