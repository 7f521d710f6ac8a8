import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { l1, lq, type Penalty } from "../../src/penalties";
import { checkParametrization } from "../../src/surrogate";

const laws = {
  inverse: "the balanced preimage maps back to beta",
  tight: "the surrogate penalty of the balanced preimage is the induced penalty",
  majorizes: "the surrogate penalty majorizes the induced penalty by the misalignment",
  pullback: "the pullback is the transposed derivative of the map",
  gradient: "the surrogate gradient is the derivative of the surrogate penalty",
  adds: "pullback and surrogate gradient add to what is there",
  inputs: "no method changes its inputs",
  start: "a starting point maps to beta and lets every coordinate move",
  reachable: "balanced points over nearby coefficients reach the balanced preimage",
};

const brokenBy = (K: Parametrization): string[] => checkParametrization(K).map(({ law }) => law);

/** The smooth penalty `(y^2 - 1)^2 + b y + b^2 + 1` of `K(b, y) = b`, of one coordinate. */
const tilted = (b: number, y: number): number => (y * y - 1) ** 2 + b * y + b * b + 1;

/** The `y` of least `tilted(b, y)`: on the side away from `b`, by Newton's method from far out. */
function leastY(b: number): number {
  const side = b > 0 ? -1 : 1;
  let y = side * (2 + Math.abs(b));
  for (let step = 0; step < 100; step++) y -= (4 * y * (y * y - 1) + b) / (12 * y * y - 4);
  return y;
}

/** What `tilted` induces: only its value matters to the laws. */
const tiltedMinimum: Penalty = {
  ...l1(),
  name: "tilted",
  value: (beta, lambda) => beta.reduce((sum, b) => sum + lambda * tilted(b, leastY(b)), 0),
};

/** A smooth variational form with a spurious local minimum at (0, 1). */
const unreachable: Parametrization = {
  name: "unreachable",
  inducedPenalty: tiltedMinimum,
  smoothness: Number.POSITIVE_INFINITY,
  surrogateSize: (p) => 2 * p,
  forward: (xi, beta) => beta.set(xi.subarray(0, beta.length)),
  pullback(_xi, cotangent, out) {
    cotangent.forEach((entry, j) => {
      out[j] += entry;
    });
  },
  surrogatePenalty(xi) {
    const p = xi.length / 2;
    let sum = 0;
    for (let j = 0; j < p; j++) sum += tilted(xi[j], xi[p + j]);
    return sum;
  },
  addSurrogateGradient(xi, scale, out) {
    const p = xi.length / 2;
    for (let j = 0; j < p; j++) {
      const [b, y] = [xi[j], xi[p + j]];
      out[j] += scale * (y + 2 * b);
      out[p + j] += scale * (4 * y * (y * y - 1) + b);
    }
  },
  rightInverse(beta, xi) {
    xi.set(beta);
    beta.forEach((b, j) => {
      xi[beta.length + j] = leastY(b);
    });
  },
};

/** The author's own: `beta = sinh(a) - sinh(b)` is not ours, but `beta = (u/2)(2v)` rescaled is a lasso again. */
const rescaled: Parametrization = {
  name: "rescaled product",
  inducedPenalty: l1(),
  smoothness: Number.POSITIVE_INFINITY,
  surrogateSize: (p) => 2 * p,
  forward(xi, beta) {
    for (let j = 0; j < beta.length; j++) beta[j] = 3 * xi[j] * xi[beta.length + j];
  },
  pullback(xi, cotangent, out) {
    const p = cotangent.length;
    for (let j = 0; j < p; j++) {
      out[j] += 3 * xi[p + j] * cotangent[j];
      out[p + j] += 3 * xi[j] * cotangent[j];
    }
  },
  surrogatePenalty: (xi) => 1.5 * xi.reduce((sum, entry) => sum + entry * entry, 0),
  addSurrogateGradient(xi, scale, out) {
    xi.forEach((entry, i) => {
      out[i] += 3 * scale * entry;
    });
  },
  rightInverse(beta, xi) {
    beta.forEach((b, j) => {
      xi[j] = Math.sign(b) * Math.sqrt(Math.abs(b) / 3);
      xi[beta.length + j] = Math.sqrt(Math.abs(b) / 3);
    });
  },
};

describe("checkParametrization", () => {
  it("passes an object literal that obeys the laws", () => {
    assert.deepEqual(checkParametrization(rescaled), []);
  });

  it("catches the spurious minimum of a form by the law of reachability and by no other", () => {
    assert.deepEqual(brokenBy(unreachable), [laws.reachable]);
    assert.deepEqual(
      checkParametrization(unreachable, 7).map(({ law }) => law),
      [laws.reachable],
    );
  });

  it("catches gradients that are assigned instead of added, the easiest mistake of all", () => {
    const product = hadamardProduct({ depth: 2 });
    const assigned: Partial<Parametrization>[] = [
      { pullback: (xi, cotangent, out) => void product.pullback(xi, cotangent, out.fill(0)) },
      { addSurrogateGradient: (xi, scale, out) => void product.addSurrogateGradient(xi, scale, out.fill(0)) },
    ];
    for (const wrong of assigned) assert.deepEqual(brokenBy({ ...product, ...wrong }), [laws.adds]);
  });

  it("names a counterexample with its numbers", () => {
    const [broken] = checkParametrization(unreachable);
    assert.match(broken.counterexample, /^xi = \[.+\] is balanced over beta = \[.+\], but .+ R_xi - R = \d/);
  });

  const product = hadamardProduct({ depth: 2 });
  const difference = hadamardDifference({ depth: 3 });
  const variants: readonly (readonly [string, Parametrization, readonly string[]])[] = [
    [
      "an induced penalty with the wrong constant",
      { ...product, inducedPenalty: { ...l1(), value: (b, lambda) => l1().value(b, 1.001 * lambda) } },
      [laws.tight, laws.majorizes],
    ],
    [
      "an induced penalty with the wrong exponent",
      { ...product, inducedPenalty: lq({ q: 0.9 }) },
      [laws.tight, laws.majorizes],
    ],
    [
      "a constant wrong in both penalties, which is no product of depth 2 any more",
      { ...product, surrogatePenalty: (xi) => 1.001 * product.surrogatePenalty(xi) },
      [laws.tight, laws.majorizes, laws.gradient],
    ],
    [
      "a pullback with the wrong sign",
      {
        ...product,
        pullback(xi, cotangent, out) {
          product.pullback(
            xi,
            cotangent.map((c) => -c),
            out,
          );
        },
      },
      [laws.pullback],
    ],
    [
      "a pullback that overwrites one factor's share",
      {
        ...difference,
        pullback(xi, cotangent, out) {
          difference.pullback(xi, cotangent, out);
          out.fill(0, 0, cotangent.length);
        },
      },
      [laws.pullback],
    ],
    [
      "a gradient that forgets the scale of the penalty",
      {
        ...product,
        addSurrogateGradient: (xi, scale, out) => product.addSurrogateGradient(xi, 2 * scale, out),
      },
      [laws.gradient],
    ],
    [
      "a surrogate penalty that does not majorize",
      {
        ...product,
        misalignment: undefined,
        surrogatePenalty: (xi) => product.surrogatePenalty(xi) - 0.01 * Math.abs(xi[0] - xi[xi.length / 2]),
        addSurrogateGradient(xi, scale, out) {
          product.addSurrogateGradient(xi, scale, out);
          const [p, slope] = [xi.length / 2, 0.01 * scale * Math.sign(xi[0] - xi[xi.length / 2])];
          out[0] -= slope;
          out[p] += slope;
        },
      },
      [laws.majorizes],
    ],
    [
      "a misalignment that is not the difference of the penalties",
      { ...product, misalignment: (xi) => 1.01 * product.misalignment!(xi) },
      [laws.majorizes],
    ],
    [
      "a preimage that loses the sign",
      {
        ...product,
        rightInverse(beta, xi) {
          product.rightInverse(
            beta.map((b) => Math.abs(b)),
            xi,
          );
        },
      },
      [laws.inverse],
    ],
    [
      "a preimage out of balance",
      { ...product, rightInverse: (beta, xi) => product.startingPoint!(beta, 0.5, xi) },
      [laws.tight],
    ],
    [
      "a map that writes on its input",
      {
        ...product,
        forward(xi, beta) {
          product.forward(xi, beta);
          xi[0] = Math.abs(xi[0]);
        },
      },
      [laws.inputs],
    ],
    [
      "a start at the origin",
      { ...product, startingPoint: (_beta, _magnitude, xi) => void xi.fill(0) },
      [laws.start],
    ],
    [
      "a start over other coefficients",
      {
        ...product,
        startingPoint: (beta, magnitude, xi) =>
          product.startingPoint!(
            beta.map((b) => b + 1),
            magnitude,
            xi,
          ),
      },
      [laws.start],
    ],
    [
      "a balanced start, in which a zero stays zero",
      { ...product, startingPoint: (beta, _magnitude, xi) => product.rightInverse(beta, xi) },
      [laws.start],
    ],
    [
      "a value that is no number",
      { ...product, surrogatePenalty: () => Number.NaN },
      [laws.tight, laws.majorizes, laws.gradient, laws.reachable],
    ],
    [
      "a method that throws",
      {
        ...product,
        addSurrogateGradient() {
          throw new Error("not written yet");
        },
      },
      [laws.gradient, laws.reachable],
    ],
  ];
  for (const [what, K, expected] of variants) {
    it(`catches ${what}`, () => {
      const broken = brokenBy(K);
      for (const law of expected) assert.ok(broken.includes(law), `${law}: not among ${broken.join("; ")}`);
    });
  }

  it("draws the same points for the same seed", () => {
    assert.deepEqual(checkParametrization(unreachable, 3), checkParametrization(unreachable, 3));
  });
});
