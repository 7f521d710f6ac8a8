import assert from "node:assert/strict";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardProduct,
  nonNegativeSquare,
  type Parametrization,
  signedPower,
} from "../../src/parametrizations";
import {
  balanced,
  deadCoordinates,
  equalFactors,
  type Initialization,
  initialize,
  signLockedCoordinates,
  unbalanced,
  unitGates,
  varianceMatched,
} from "../../src/surrogate";
import { misalignment } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { members } from "../support/parametrizations";
import { warningsOf } from "../support/warnings";

function coefficients(K: Parametrization, xi: Float64Array, p: number): number[] {
  const beta = new Float64Array(p);
  K.forward(xi, beta);
  return [...beta];
}

describe("unbalanced", () => {
  it("puts every coefficient at zero, free to go either way", () => {
    for (const { K, nFeatures, title } of members) {
      if (!K.startingPoint) continue;
      const xi = initialize(K, nFeatures, unbalanced({ magnitude: 0.3 }));
      assertAllClose(title, coefficients(K, xi, nFeatures), new Float64Array(nFeatures), 1e-15);
      assert.equal(deadCoordinates(K, xi).length + signLockedCoordinates(K, xi).length, 0, title);
      assert.ok(misalignment(K, xi) > 1e-3, title);
    }
  });

  it("cannot free a signed power, whose derivative vanishes at zero, of which a warning tells", () => {
    const warnings = warningsOf(() => initialize(signedPower({ depth: 3 }), 2));
    assert.match(warnings.join(), /change the sign of all 2 coefficients/);
    initialize(nonNegativeSquare(), 2); // where there are no signs
  });

  it("is the default: (0, s) of a product, (s, s) of a difference, with s^k the magnitude", () => {
    assert.deepEqual([...initialize(hadamardProduct({ depth: 2 }), 1)], [0, 1]);
    assertAllClose(
      "product",
      initialize(hadamardProduct({ depth: 3 }), 1, unbalanced({ magnitude: 8 })),
      [0, 2, 2],
      1e-15,
    );
    assertAllClose(
      "difference",
      initialize(hadamardDifference({ depth: 2 }), 1, unbalanced({ magnitude: 9 })),
      [3, 3],
      1e-15,
    );
  });
});

describe("equalFactors", () => {
  it("puts a difference at zero, free to go either way", () => {
    const K = hadamardDifference({ depth: 2 });
    const xi = initialize(K, 3, equalFactors(1e-6));
    assert.deepEqual([...xi], new Array(6).fill(1e-6));
    assert.deepEqual(coefficients(K, xi, 3), [0, 0, 0]);
  });

  it("locks every sign of a product, of which a warning tells", () => {
    const warnings = warningsOf(() => {
      assert.deepEqual(
        [...initialize(hadamardProduct({ depth: 2 }), 2, equalFactors(0.5))],
        [0.5, 0.5, 0.5, 0.5],
      );
    });
    assert.deepEqual(warnings, [
      "SignLockWarning: initialize: no first-order method can change the sign of all 2 coefficients from this start, so they must be the right ones",
    ]);
  });
});

describe("balanced", () => {
  it("has the given signs and magnitude, is balanced, and is warned about", () => {
    for (const K of [
      hadamardProduct({ depth: 2 }),
      hadamardProduct({ depth: 3 }),
      hadamardDifference({ depth: 2 }),
    ]) {
      const scheme = balanced({ signs: [1, -1, -1], magnitude: 0.2 });
      const warnings = warningsOf(() => {
        const xi = initialize(K, 3, scheme);
        assertAllClose(K.name, coefficients(K, xi, 3), [0.2, -0.2, -0.2], 1e-15);
        assertAtMost("misalignment", misalignment(K, xi), 0, 1e-15);
      });
      assert.match(warnings.join(), /change the sign of all 3 coefficients/);
    }
  });

  it("draws random signs that repeat with the seed and are of both kinds", () => {
    const K = hadamardProduct({ depth: 2 });
    const draw = (seed: number): number[] => coefficients(K, balanced({ signs: "random", seed })(K, 50), 50);
    assert.deepEqual(draw(4), draw(4));
    assert.notDeepEqual(draw(4), draw(5));
    assert.deepEqual([...new Set(draw(4))].sort(), [-1, 1]);
    assert.deepEqual(coefficients(K, balanced({ signs: "positive" })(K, 3), 3), [1, 1, 1]);
  });
});

describe("unitGates", () => {
  it("has the base as first factor and as coefficients, and ones as gates", () => {
    const base = [0.4, 0, -0.7];
    assert.deepEqual(
      [...initialize(hadamardProduct({ depth: 3 }), 3, unitGates({ base }))],
      [...base, 1, 1, 1, 1, 1, 1],
    );
    const K = groupHadamardProduct([1, 1, 2]);
    assert.deepEqual([...initialize(K, 3, unitGates({ base }))], [...base, 1, 1]);
  });

  it("draws the base with variance 2 / fanIn where none is given", () => {
    const xi = unitGates({ fanIn: 50, seed: 3 })(hadamardProduct({ depth: 2 }), 4000);
    const variance = xi.subarray(0, 4000).reduce((sum, u) => sum + u * u, 0) / 4000;
    assertAtMost("variance", Math.abs(variance * 25 - 1), 4 * Math.sqrt(2 / 4000));
    const byDefault = unitGates({ seed: 3 })(hadamardProduct({ depth: 2 }), 50);
    assertClose("fanIn is nFeatures by default", byDefault[0], xi[0], 1e-15);
  });

  it("locks the signs of coefficients above 1 where there are two gates, since they are the smallest then", () => {
    const warnings = warningsOf(() =>
      initialize(hadamardProduct({ depth: 3 }), 2, unitGates({ base: [0.9, 1.1] })),
    );
    assert.match(warnings.join(), /change the sign of coefficient 1 of 2 from/);
    initialize(hadamardProduct({ depth: 2 }), 2, unitGates({ base: [0.9, 1.1] }));
  });

  it("refuses a map whose other factors are no gates, in one sentence", () => {
    assert.throws(() => initialize(hadamardDifference({ depth: 2 }), 3, unitGates()), {
      name: "InputError",
      message:
        'unitGates: parametrization must be a product of factors that can be 1, such as hadamardProduct({ depth: 2 }), got "hadamardDifference(2)"',
    });
  });
});

describe("initialize", () => {
  it("refuses a start with a coefficient that can never move, in one sentence", () => {
    const some: Initialization = () => Float64Array.of(0, 1, 0, 0, 1, 0);
    assert.throws(() => initialize(hadamardProduct({ depth: 2 }), 3, some), {
      name: "InputError",
      message:
        "initialize: the start must let every coefficient move, got a derivative of zero for coefficients 0, 2 of 3; initialize(parametrization, nFeatures) gives one that does",
    });
  });

  it("refuses what is outside its domain, in one sentence", () => {
    const K = hadamardProduct({ depth: 2 });
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [() => initialize(K, 0), "initialize: nFeatures must be an integer >= 1, got 0"],
      [
        () => initialize(K, 2, () => new Float64Array(3)),
        "initialize: the length of the start must be 4, got 3",
      ],
      [
        () => initialize(K, 1, () => Float64Array.of(1, Number.NaN)),
        "initialize: entry 1 of the start must be a finite number, got NaN",
      ],
      [() => unbalanced({ magnitude: 0 }), "unbalanced: magnitude must be a positive finite number, got 0"],
      [() => equalFactors(Number.NaN), "equalFactors: value must be a positive finite number, got NaN"],
      [
        () => balanced({ signs: "positive", magnitude: -1 }),
        "balanced: magnitude must be a positive finite number, got -1",
      ],
      [() => initialize(K, 2, balanced({ signs: [1, 0] })), "balanced: signs[1] must be 1 or -1, got 0"],
      [
        () => initialize(K, 2, balanced({ signs: [1] })),
        'balanced: signs must be 2 signs, "positive" or "random", got an array of 1',
      ],
      [() => initialize(K, 2, unitGates({ base: [1] })), "unitGates: the length of base must be 2, got 1"],
      [() => unitGates({ fanIn: 0 }), "unitGates: fanIn must be a positive finite number, got 0"],
      [
        () => varianceMatched({ sigma: 0 }),
        "varianceMatched: sigma must be a number above 0, at most 1, got 0",
      ],
      [
        () => varianceMatched({ sigma: 2 }),
        "varianceMatched: sigma must be a number above 0, at most 1, got 2",
      ],
      [
        () => varianceMatched({ sigma: 0.1, epsilon: 0.2 }),
        "varianceMatched: epsilon must be positive and at most 0.1, got 0.2",
      ],
      [
        () => {
          const shifted = {
            ...K,
            name: "shifted",
            forward: (xi: Float64Array, out: Float64Array) => out.fill(xi[0] + 1),
          };
          initialize(shifted, 1, varianceMatched({ sigma: 0.1 }));
        },
        'varianceMatched: parametrization must be homogeneous, K(t xi) = t^k K(xi), got "shifted"',
      ],
    ];
    for (const [call, message] of refusals) assert.throws(call, { name: "InputError", message });
  });
});
