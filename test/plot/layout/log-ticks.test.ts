import assert from "node:assert/strict";
import { logAxis, logTicks, tickName } from "../../../src/plot/layout/log-ticks";

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
