import assert from "node:assert/strict";
import { hadamardProduct } from "../../../src/parametrizations";
import { surrogateLandscape } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

describe("surrogateLandscape", () => {
  it("has one entry in its legend for what both panels agree on", async () => {
    const texts = textsOf(await surrogateLandscape(hadamardProduct({ depth: 2 })).toSVG());
    assert.equal(texts.filter((text) => text === "global minimum 0.625").length, 1);
    assert.equal(texts.filter((text) => text === "saddle 1.125").length, 1);
    assert.ok(texts.includes("β\u0302 = 1"));
  });

  it("names the factors of its axes, and the slice where there are more than two", async () => {
    const two = textsOf(await surrogateLandscape(hadamardProduct({ depth: 2 })).toSVG());
    assert.ok(two.includes("u") && two.includes("v"));
    const three = textsOf(await surrogateLandscape(hadamardProduct({ depth: 3 })).toSVG());
    assert.ok(three.includes("v = w"));
    assert.ok(three.includes("the slice on which the last 2 factors are equal"));
    assert.ok(three.includes("local minimum 1.125"));
  });

  it("tells its points in words", () => {
    const words = surrogateLandscape(hadamardProduct({ depth: 2 }), { z: 1.5, lambda: 0.5 }).toString();
    for (const point of [
      "global minimum 0.625 at beta = 1",
      "at (1, 1)",
      "at (\u22121, \u22121)",
      "saddle 1.125 at (0, 0)",
    ]) {
      assert.ok(words.includes(point), point);
    }
  });
});
