import assert from "node:assert/strict";
import {
  type Bounds,
  bounded,
  elasticNet,
  groupLq,
  l1,
  lq,
  mcp,
  nonNegative,
  scad,
} from "../../src/penalties";

const refuses = (make: () => unknown, message: string): void =>
  assert.throws(make, { name: "InputError", message });

describe("bounded", () => {
  const R = bounded(l1({ weights: [1, 2, 1] }), [
    [-1, 3],
    [0, 2],
    [-Infinity, Infinity],
  ]);
  const ones = Float64Array.of(1, 1, 1);

  it("is the penalty itself up to the bounds and infinite beyond", () => {
    assert.equal(R.value(Float64Array.of(3, 2, -50), 0.5), 1.5 + 2 + 25);
    assert.equal(R.value(Float64Array.of(-1, 0, 0), 0.5), 0.5);
    for (const beta of [
      [3.0001, 0, 0],
      [-1.0001, 0, 0],
      [0, -1e-300, 0],
    ])
      assert.equal(R.value(Float64Array.from(beta), 0.5), Infinity);
  });

  it("lets a gradient push against a bound as hard as it likes, and not away from it", () => {
    const at = Float64Array.of(3, 0, 0);
    // At 3 the slope of the penalty is 0.5: what pushes up by more holds the coefficient there.
    assert.equal(R.violation(at, Float64Array.of(-100, 100, 0.5), 0.5), 0);
    assert.equal(R.violation(at, Float64Array.of(-0.25, 0, 0), 0.5), 0.25);
    assert.equal(R.violation(Float64Array.of(-1, 2, 0), Float64Array.of(100, -100, 0), 0.5), 0);
    assert.equal(R.violation(Float64Array.of(-1, 2, 0), Float64Array.of(0.25, -0.75, 0), 0.5), 0.25);
    assert.equal(R.violation(Float64Array.of(0, 0, 0), Float64Array.of(0.75, -1.25, 0), 0.5), 0.25);
    assert.equal(R.violation(Float64Array.of(4, 0, 0), Float64Array.of(0, 0, 0), 0.5), Infinity);
  });

  it("has a conjugate that is finite on the sides with a bound, where it grows with it", () => {
    // u b - |b| / 2 is greatest at the bounds 3, for u = 2.5, and -1, for u = -4.5.
    const difference = (b: number, u: number): number =>
      R.fenchelYoung!(Float64Array.of(b, 0, 0), Float64Array.of(u, 0, 0), 0.5);
    assert.equal(difference(0, 2.5), 2 * 3);
    assert.equal(difference(3, 2.5), 0);
    assert.equal(difference(-1, 2.5), 0.5 + 2 * 3 + 2.5);
    assert.equal(difference(1, -4.5), 0.5 + 4 + 4.5);
    assert.equal(difference(-1, -4.5), 0);
    assert.equal(R.fenchelYoung!(Float64Array.of(0, 1, 0), Float64Array.of(0, -7, 0), 0.5), 1 + 7);
  });

  it("has no finite difference to its conjugate outside the bounds, whatever the dual point", () => {
    for (const [at, slope] of [
      [3.0001, 2.5],
      [3.0001, 0],
      [-1.0001, -4.5],
      [Number.NaN, 0],
    ]) {
      const difference = R.fenchelYoung!(Float64Array.of(at, 0, 0), Float64Array.of(slope, 0, 0), 0.5);
      assert.equal(difference, Infinity, `${at}, ${slope}`);
    }
    const oneSided = nonNegative(elasticNet());
    assert.equal(oneSided.fenchelYoung!(Float64Array.of(-1e-300), Float64Array.of(-1), 0.5), Infinity);
    assert.equal(oneSided.value(Float64Array.of(Number.NaN), 0.5), Infinity);
  });

  it("restricts a dual point only on the sides without a bound", () => {
    assert.equal(R.dualNorm!(Float64Array.of(100, 50, -0.75)), 0.75);
    assert.equal(R.dualNorm!(Float64Array.of(-100, -50, 0)), 0);
    assert.equal(bounded(l1(), [-1, Infinity]).dualNorm!(Float64Array.of(3, -5)), 3);
    assert.equal(bounded(elasticNet(), [-1, 1]).dualNorm, undefined);
  });

  it("takes what lies outside to the bound, and keeps what is held there", () => {
    const out = new Float64Array(3);
    R.exactZeros(Float64Array.of(3.5, 2, 1e-12), Float64Array.of(-2, -3, 0), ones, 0.5, out);
    assert.deepEqual(out, Float64Array.of(3, 2, 0));
    // So near zero no minimum of a bridge is inside, yet one is at the bound.
    const bridge = bounded(lq({ q: 0.5 }), [-1, 0.01]);
    bridge.exactZeros(Float64Array.of(0.01, 0.01, 0), Float64Array.of(-20, 0, 0), ones, 1, out);
    assert.deepEqual(out, Float64Array.of(0.01, 0, 0));
  });

  it("has the largest lambda of a bridge at the bound, where no larger coefficient is allowed", () => {
    // With b at most 0.01, gradient -20 and curvature 1 zero is best where 0.2 - 0.00005 <= lambda sqrt(0.01).
    const largest = bounded(lq({ q: 0.5 }), [0, 0.01]).lambdaMax(Float64Array.of(-20), Float64Array.of(1));
    assert.ok(Math.abs(largest - 1.9995) < 1e-12);
    const free = lq({ q: 0.5 }).lambdaMax(Float64Array.of(-20), Float64Array.of(1));
    assert.equal(
      bounded(lq({ q: 0.5 }), [0, 1000]).lambdaMax(Float64Array.of(-20), Float64Array.of(1)),
      free,
    );
  });

  it("is nonNegative between 0 and Infinity, and overlaps with the bounds that are there", () => {
    const [one, other] = [bounded(l1(), [0, Infinity]), nonNegative(l1())];
    for (const b of [-1, 0, 1, 3]) {
      const [beta, gradient] = [Float64Array.of(b), Float64Array.of(-0.3 * b)];
      assert.equal(one.value(beta, 0.7), other.value(beta, 0.7));
      assert.equal(one.violation(beta, gradient, 0.7), other.violation(beta, gradient, 0.7));
      assert.equal(one.dualNorm!(beta), other.dualNorm!(beta));
    }
    const both = bounded(other, [-4, 2]);
    assert.deepEqual(both.domain!(0), [0, 2]);
    assert.equal(both.fenchelYoung!(Float64Array.of(1), Float64Array.of(-3), 0.5), 0.5 + 3);
  });

  it("refuses bounds that are none, or forbid zero, and penalties whose minimiser it does not know", () => {
    const make = (bounds: unknown) => () => bounded(l1(), bounds as Bounds);
    refuses(make(1), "bounded: bounds must be [low, high] or one such pair a coefficient, got 1");
    refuses(make("01"), 'bounded: bounds must be [low, high] or one such pair a coefficient, got "01"');
    refuses(make([0, 1, 2]), "bounded: bounds must be a pair [low, high], got an array of 3");
    refuses(make([0.5, 1]), "bounded: bounds[0] must be a number <= 0 or -Infinity, got 0.5");
    refuses(make([0, Number.NaN]), "bounded: bounds[1] must be a number >= 0 or Infinity, got NaN");
    refuses(make([[0, 1], 3]), "bounded: bounds[1] must be a pair [low, high], got 3");
    refuses(make([[-2, -1]]), "bounded: bounds[0][1] must be a number >= 0 or Infinity, got -1");
    const order = "must be [low, high] with low <= 0 <= high, got";
    refuses(make([[0, -1]]), `bounded: bounds[0] ${order} [0, -1]; swap them`);
    refuses(make([Infinity, 0]), `bounded: bounds ${order} [Infinity, 0]; swap them`);
    refuses(make([2, 1]), `bounded: bounds ${order} [2, 1]`);
    for (const penalty of [undefined, {}, groupLq([0, 0], { q: 0.5 })]) {
      const message =
        /^InputError: (bounded|nonNegative): penalty must be a sum over coefficients such as l1\(\),( or groupL2 or sparseGroup,)? got /;
      assert.throws(() => bounded(penalty as never, [0, 1]), message);
      assert.throws(() => nonNegative(penalty as never), message);
    }
    refuses(
      () => bounded(l1(), [[0, 1]]).value(Float64Array.of(0, 0), 1),
      "bounded: the length of bounds must be the number of coefficients, got 1",
    );
    for (const penalty of [scad(), mcp(), nonNegative(mcp())]) {
      refuses(
        () => bounded(penalty, [0, 1]),
        `bounded: penalty must be convex, or lambda times a function of convex slope such as lq({ q: 0.5 }), got "${penalty.name}"`,
      );
    }
  });
});
