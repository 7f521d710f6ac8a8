import assert from "node:assert/strict";
import {
  countAxis,
  decreasingOrder,
  lambdaAxis,
  logAxis,
  logTicks,
  thinOut,
  tickName,
} from "../../../src/plot/layout/axes";

describe("decreasingOrder", () => {
  it("gives the positions of lambdas from the largest on, of equal ones the first first", () => {
    assert.deepEqual(decreasingOrder("test", Float64Array.of(0.1, 2, 0.5, 2)), [1, 3, 2, 0]);
  });

  it("refuses lambdas that no logarithmic axis holds, and fewer than two of them", () => {
    const refuses = (lambdas: number[], message: string): void =>
      assert.throws(() => decreasingOrder("test", lambdas, "draw a fit"), { name: "InputError", message });
    refuses([1, 0], "test: lambdas[1] must be a finite number > 0 on a logarithmic axis, got 0");
    refuses([1, 1], "test: lambdas must be two or more different numbers, got an array of 2; draw a fit");
  });
});

describe("lambdaAxis", () => {
  const ticks = (...lambdas: number[]): unknown => lambdaAxis(lambdas).values;

  it("has powers of ten, fewer over a long range, and steps between them over a short one", () => {
    assert.deepEqual(ticks(100, 0.5), [1, 10, 100]);
    assert.deepEqual(ticks(3, 0.3), [0.5, 1, 2]);
    assert.ok((ticks(1e9, 1e-9) as number[]).length <= 8);
  });
});

describe("countAxis", () => {
  it("writes counts at six lambdas, both ends among them", () => {
    const counts = Array.from({ length: 11 }, (_, k) => ({ lambda: 11 - k, count: k }));
    const { values, labelExpr } = countAxis(counts);
    assert.deepEqual(values, [11, 9, 7, 5, 3, 1]);
    assert.equal(labelExpr, '({"1":10,"3":8,"5":6,"7":4,"9":2,"11":0})[datum.value]');
  });
});

describe("thinOut", () => {
  it("keeps both ends and even distances", () => {
    const items = Array.from({ length: 101 }, (_, i) => i);
    assert.deepEqual(thinOut(items, 5), [0, 25, 50, 75, 100]);
  });

  it("leaves alone what is short enough", () => {
    const items = [1, 2, 3];
    assert.equal(thinOut(items, 3), items);
  });
});

describe("logTicks", () => {
  it("are powers of ten, fewer over a long range, and steps between them over a short one", () => {
    assert.deepEqual(logTicks(0.5, 100), [1, 10, 100]);
    assert.deepEqual(logTicks(0.3, 3), [0.5, 1, 2]);
    assert.deepEqual(logTicks(1e-14, 1, 4), [1e-14, 1e-10, 1e-6, 0.01]);
    assert.ok(logTicks(1e-300, 1e300).length <= 8);
  });
});

describe("tickName", () => {
  it("has digits where they are few, else powers", () => {
    assert.deepEqual([0.001, 20, 50000].map(tickName), ["0.001", "20", "50000"]);
    assert.deepEqual([1e-14, 2e6].map(tickName), ["10⁻¹⁴", "2·10⁶"]);
  });
});

describe("logAxis", () => {
  it("names its own ticks", () => {
    assert.deepEqual(logAxis(1e-5, 1e-3, 4), {
      values: [1e-5, 1e-4, 1e-3],
      labelExpr: '({"0.00001":"10⁻⁵","0.0001":"10⁻⁴","0.001":"0.001"})[datum.value]',
    });
  });
});
