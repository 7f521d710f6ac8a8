import assert from "node:assert/strict";
import { adviseLearningRate, cosineDecay } from "../../../src/nn";
import { assertClose } from "../../support/assert-close";

describe("cosineDecay", () => {
  it("starts at the rate, is half of it in the middle, ends at the end, and never rises", () => {
    const rates = Array.from({ length: 11 }, (_, epoch) => cosineDecay(0.4, { epochs: 10, end: 0.1 })(epoch));
    assert.equal(rates[0], 0.4);
    assertClose("middle", rates[5], 0.25, 1e-15);
    assertClose("end", rates[10], 0.1, 1e-15);
    for (const [i, rate] of rates.slice(1).entries()) assert.ok(rate < rates[i]);
  });

  it("warms up in equal steps and then falls from the rate", () => {
    const schedule = cosineDecay(1, { epochs: 8, warmUp: 3 });
    assert.deepEqual([0, 1, 2, 3].map(schedule), [0.25, 0.5, 0.75, 1]);
    assert.ok(schedule(4) < 1);
  });

  it("refuses numbers outside their domain", () => {
    const message = (action: () => unknown, text: string): void => assert.throws(action, { message: text });
    message(() => cosineDecay(0, { epochs: 2 }), "cosineDecay: rate must be a positive finite number, got 0");
    message(
      () => cosineDecay(0.1, undefined as never),
      "cosineDecay: options must be an object, got undefined; write { epochs: 20 } for 20 epochs",
    );
    message(() => cosineDecay(1, { epochs: 0 }), "cosineDecay: epochs must be an integer >= 1, got 0");
    message(
      () => cosineDecay(1, { epochs: 2, warmUp: 2 }),
      "cosineDecay: warmUp must be below the 2 epochs, got 2",
    );
    message(
      () => cosineDecay(1, { epochs: 2, end: -1 }),
      "cosineDecay: end must be a finite number >= 0, got -1",
    );
  });
});

describe("adviseLearningRate", () => {
  it("leaves depth 1 alone and grows with depth, within what was published", () => {
    assert.equal(adviseLearningRate(1, 0.1).learningRate, 0.1);
    let last = 0;
    for (const depth of [1, 1.5, 2, 2.5, 3, 4]) {
      const { learningRate, range } = adviseLearningRate(depth, 0.1);
      assert.ok(learningRate > last, `depth ${depth}`);
      assert.ok(range[0] <= learningRate && learningRate <= range[1]);
      last = learningRate;
    }
    assert.equal(adviseLearningRate(9, 0.1).learningRate, adviseLearningRate(4, 0.1).learningRate);
  });

  it("covers the rates that were tuned for VGG-16 on CIFAR-10", () => {
    for (const [depth, tuned] of [
      [2, 0.3],
      [3, 0.4],
      [4, 0.4],
    ]) {
      assertClose(`depth ${depth}`, adviseLearningRate(depth, 0.1).range[1], tuned, 1e-15);
    }
  });

  it("refuses numbers outside their domain", () => {
    assert.throws(() => adviseLearningRate(0.5, 0.1), {
      message: "adviseLearningRate: depth must be a finite number >= 1, got 0.5",
    });
    assert.throws(() => adviseLearningRate(2, 0), {
      message: "adviseLearningRate: plainRate must be a positive finite number, got 0",
    });
  });
});
