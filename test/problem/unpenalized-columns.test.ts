import assert from "node:assert/strict";
import { dot } from "../../src/linalg/vector";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

const n = 12;
const random = seededRandom(1);
const ones = new Float64Array(n).fill(1);
const a = normals(random, n).map((x) => 1e3 * x + 1e4);
const b = normals(random, n).map((x) => 1e-5 * x);
const combination = a.map((x, i) => 2 * x - 3e6 * b[i] + 7);

describe("UnpenalizedColumns", () => {
  const free = new UnpenalizedColumns(n, [ones, a, combination, b, new Float64Array(n), a]);

  it("has an orthogonal basis of squared norm n, whatever the columns' scales", () => {
    free.basis.forEach((q, k) => {
      free.basis.forEach((r, m) => {
        assertClose(`q${k}'q${m}`, dot(q, r) / n, k === m ? 1 : 0, 1e-14);
      });
    });
  });

  it("leaves out columns that depend on earlier ones, zero columns and repetitions", () => {
    assert.deepEqual(free.kept, [0, 1, 2]);
    assert.equal(free.size, 3);
    assert.deepEqual(new UnpenalizedColumns(n, [ones, a, b, combination]).kept, [0, 1, 2]);
  });

  it("leaves the given columns alone", () => {
    assert.deepEqual(ones, new Float64Array(n).fill(1));
  });

  it("projects out its span, to rounding, and what it projects is then unchanged", () => {
    const v = normals(random, n);
    free.projectOut(v);
    for (const column of [ones, a, b, combination]) {
      assert.ok(Math.abs(dot(column, v)) <= 1e-13 * Math.sqrt(dot(column, column) * dot(v, v)));
    }
    const again = v.slice();
    free.projectOut(again);
    assertAllClose("projected twice", again, v, 1e-15);
  });

  it("projects out and returns what it projects, also where little is left", () => {
    const noise = normals(random, n);
    const v = noise.map((x) => x + 1e8);
    const given = v.slice();
    const psi = free.projectOut(v);
    for (const column of [ones, a, b]) {
      assert.ok(Math.abs(dot(column, v)) <= 1e-13 * Math.sqrt(dot(column, column) * dot(v, v)));
    }
    free.addTo(v, psi);
    assertAllClose("restored", v, given, 1e-15);
  });

  it("has the rows of a batch as it has them all", () => {
    const psi = normals(random, free.size);
    const rows = Int32Array.of(3, 0, 11);
    const [whole, part] = [new Float64Array(n), Float64Array.of(1, 2, 3)];
    free.addTo(whole, psi);
    free.addRowsTo(rows, part, psi);
    assertAllClose(
      "eta",
      part,
      Array.from(rows, (i, k) => whole[i] + k + 1),
      1e-14,
    );
    const residual = new Float64Array(n);
    rows.forEach((i, k) => {
      residual[i] = k + 1;
    });
    const [expected, out] = [new Float64Array(free.size), new Float64Array(free.size)];
    free.transpose(residual, expected);
    free.transposeRows(rows, Float64Array.of(1, 2, 3), out);
    assertAllClose("Q' residual", out, expected, 1e-13);
  });

  it("gives coefficients of the given columns that yield the same vector", () => {
    const psi = normals(random, free.size);
    const expected = new Float64Array(n);
    free.addTo(expected, psi);
    const coefficients = free.coefficients(psi, 6);
    assert.deepEqual([...coefficients.subarray(3)], [0, 0, 0]);
    const got = new Float64Array(n);
    [ones, a, combination].forEach((column, k) => {
      column.forEach((x, i) => {
        got[i] += coefficients[k] * x;
      });
    });
    assertAllClose("Q psi", got, expected, 1e-9);
  });

  it("transposes what it adds", () => {
    const [psi, v] = [normals(random, free.size), normals(random, n)];
    const added = new Float64Array(n);
    free.addTo(added, psi);
    const products = new Float64Array(free.size);
    free.transpose(v, products);
    assertClose("psi'Q'v", dot(products, psi), dot(added, v), 1e-13);
  });

  it("may be empty", () => {
    const none = new UnpenalizedColumns(n, []);
    const v = normals(random, n);
    const before = v.slice();
    none.projectOut(v);
    assert.deepEqual(v, before);
    assert.equal(none.size, 0);
  });
});
