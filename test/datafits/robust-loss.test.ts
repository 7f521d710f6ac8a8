import assert from "node:assert/strict";
import { responseScale } from "../../src/datafits/robust-loss";
import { seededRandom } from "../../src/random/random";
import { assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

describe("the scale of a response", () => {
  const y = normals(seededRandom(4), 41);

  it("is about the standard deviation of normal numbers, which outliers do not move", () => {
    const many = normals(seededRandom(1), 20_000);
    assertClose("normal", responseScale(many), 1, 0.02);
    for (const outlier of [1e9, 1e20, -1e36]) {
      const spoilt = many.map((value, i) => (i % 100 === 0 ? outlier : value));
      assertClose(`with outliers ${outlier}`, responseScale(spoilt), 1, 0.04);
    }
  });

  it("is the smaller of the standard deviation and the interquartile range over 1.34", () => {
    // Quartiles 2.5 and 6.5, sum of squares about the mean 4.5 of 42.
    assertClose("uniform", responseScale(Float64Array.of(3, 1, 2, 4, 5, 8, 7, 6)), Math.sqrt(42 / 8), 1e-15);
    // Quartiles 2 and 4.
    assertClose("outlier", responseScale(Float64Array.of(3, 1, 2, 4, 100)), 2 / 1.34, 1e-15);
  });

  it("follows the unit and the sign of a response, and no shift", () => {
    for (const factor of [1e-300, 1e-3, 1e6, 1e300, -1]) {
      const scaled = responseScale(y.map((value) => factor * value));
      assertClose(`times ${factor}`, scaled / Math.abs(factor), responseScale(y), 1e-14);
    }
    assertClose("shifted", responseScale(y.map((value) => value + 1000)), responseScale(y), 1e-12);
  });

  it("takes weights for copies, and 0 leaves a number out", () => {
    const copies = y.map((_, i) => [1, 3, 0, 2][i % 4]);
    const repeated = Float64Array.from(
      [...y].flatMap((value, i) => new Array<number>(copies[i]).fill(value)),
    );
    for (const unit of [1, 1 / 3, 0.7]) {
      const weights = copies.map((count) => count * unit);
      assertClose(`${unit}`, responseScale(y, weights), responseScale(repeated), 1e-14);
    }
    const twice = Float64Array.of(1, 2, 5, 9, 1, 2, 5, 9);
    assertClose("ends", responseScale(Float64Array.of(1, 2, 5, 9)), responseScale(twice), 1e-15);
  });

  it("is the standard deviation where a half of the numbers are one, and 1 of a constant", () => {
    assertClose("zeros", responseScale(Float64Array.of(0, 0, 0, 0, 0, 0, 3)), (3 * Math.sqrt(6)) / 7, 1e-15);
    assert.equal(responseScale(new Float64Array(9).fill(0.1)), 1);
    assert.equal(responseScale(Float64Array.of(0.1, 7, 0.1), Float64Array.of(1.5, 0, 1.5)), 1);
  });

  it("is the standard deviation where most of the numbers are one but for noise, however small", () => {
    const noise = normals(seededRandom(2), 400);
    const signal = normals(seededRandom(3), 400);
    const mixed = (size: number) => noise.map((value, i) => (i % 5 === 0 ? 3 * signal[i] : size * value));
    const squares = mixed(0).map((value) => value ** 2);
    const mean = mixed(0).reduce((sum, value) => sum + value, 0) / 400;
    const deviation = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 400 - mean ** 2);
    for (const size of [0, 1e-15, 1e-10, 1e-8])
      assertClose(`noise ${size}`, responseScale(mixed(size)), deviation, 1e-7);
    // Beyond a millionth it is a scale of its own.
    assert.ok(responseScale(mixed(1e-4)) < 2e-4);
  });
});
