import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { withCleanup } from "../../src/simd/web-assembly";

describe("work that is tidied up after", () => {
  let times: number;
  const tidy = (): void => void times++;
  beforeEach(() => {
    times = 0;
  });

  it("is so once, at its end or its failure", async () => {
    assert.equal(
      withCleanup(() => times, tidy),
      0,
    );
    assert.equal(times, 1);
    const fail = (): never => {
      throw new RangeError("no");
    };
    assert.throws(() => withCleanup(fail, tidy), { message: "no" });
    assert.equal(times, 2);
    await setImmediate();
    assert.equal(times, 2);
  });

  it("is so once where it was ended from outside", async () => {
    const action = (): void =>
      withCleanup(() => {
        for (;;);
      }, tidy);
    assert.throws(() => runInNewContext("action()", { action }, { timeout: 500 }), /timed out/);
    assert.equal(times, 0);
    await setImmediate();
    assert.equal(times, 1);
  });

  it("is so from the inside out where both it and what it is part of were ended", async () => {
    const order: string[] = [];
    const inner = (): void =>
      withCleanup(
        () => {
          for (;;);
        },
        () => order.push("inner"),
      );
    const action = (): void => withCleanup(inner, () => order.push("outer"));
    assert.throws(() => runInNewContext("action()", { action }, { timeout: 500 }), /timed out/);
    await setImmediate();
    assert.deepEqual(order, ["inner", "outer"]);
  });
});
