import assert from "node:assert/strict";
import { interleaved } from "../../bench/interleaved";
import { benchKernels } from "../../bench/kernels";
import { machine } from "../../bench/machine";
import { benchParametrizations } from "../../bench/parametrizations";
import { kernelBackend } from "../../src/simd/kernel-module";

describe("a benchmark", () => {
  it("lets all contenders take turns", () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, run: () => void order.push(name) });
    const seconds = interleaved([contender("a"), contender("b")], 2);
    assert.deepEqual(order, ["a", "b", "b", "a", "a", "b", "b", "a"]);
    assert.ok(seconds.length === 2 && seconds.every((time) => time >= 0));
  });

  it("names the machine and the versions", () => {
    assert.match(machine(), /^\d+ x .+, \w+ \w+, Node \d+\.\d+\.\d+, load \d/);
  });

  it("of parametrizations measures all against the bare datafit", () => {
    const text = benchParametrizations(20, 5, 3).toString();
    for (const name of ["bare datafit", "hadamardProduct(2)", "seed 1"]) assert.ok(text.includes(name));
  });

  it("of kernels shows the rates of both backends", () => {
    const text = benchKernels(8, 6, 4, 1).toString();
    for (const name of ["X'r", "Gram", "Cholesky", "TypeScript", kernelBackend()])
      assert.ok(text.includes(name));
  });
});
