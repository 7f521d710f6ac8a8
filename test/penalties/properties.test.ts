/** The properties that penalties state, each held against what values and gradients show of it. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { isGroupwise, isSeparable, type Penalty } from "../../src/penalties";
import { assertAtMost, assertClose } from "../support/assert-close";
import { moveInside, type PenaltyMember, penaltyMembers, separableMembers } from "../support/penalties";
import { normals } from "../support/problems";

const LAMBDA = 0.7;

/** Points of finite penalty, their entries of every order of magnitude, from 1e-3 to 10. */
function pointsOf(member: PenaltyMember, nPoints: number): Float64Array[] {
  const random = seededRandom(21);
  return Array.from({ length: nPoints }, () =>
    moveInside(
      member,
      normals(random, member.size).map((b) => Math.sign(b) * 10 ** (4 * random.uniform() - 3)),
    ),
  );
}

/** The unit vectors and some others, of both signs, along which the penalty is finite at least a little way from zero. */
function directionsOf({ penalty, size }: PenaltyMember): Float64Array[] {
  const random = seededRandom(22);
  const axes = Array.from({ length: size }, (_, j) =>
    Float64Array.from({ length: size }, (_, k) => +(j === k)),
  );
  return [...axes, normals(random, size), normals(random, size)]
    .flatMap((direction) => [direction, direction.map((entry) => -entry || 0)])
    .filter((direction) => Number.isFinite(penalty.value(scaled(direction, 1e-3), LAMBDA)));
}

const scaled = (v: Float64Array, factor: number): Float64Array => v.map((entry) => factor * entry);

function gradientAt(R: Penalty, beta: Float64Array, lambda: number): Float64Array {
  const out = new Float64Array(beta.length);
  R.addGradient(beta, lambda, out);
  return out;
}

/** Whether two numbers are the same but for rounding. */
const agree = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/** Whether the middle of two points is never above the mean of the values there. */
function isConvex(member: PenaltyMember): boolean {
  const value = (beta: Float64Array): number => member.penalty.value(beta, LAMBDA);
  const random = seededRandom(23);
  return pointsOf(member, 200).every((a) => {
    const between = a.map((entry) => entry * random.uniform());
    // Zero shows a jump.
    return [between, new Float64Array(a.length)].every((b) => {
      const mean = (value(a) + value(b)) / 2;
      return value(a.map((entry, j) => (entry + b[j]) / 2)) <= mean * (1 + 1e-12);
    });
  });
}

function scalesWithLambda(member: PenaltyMember): boolean {
  const { penalty: R } = member;
  return pointsOf(member, 20).every((beta) =>
    [1e-2, 0.3, 5].every((lambda) => agree(R.value(beta, lambda), lambda * R.value(beta, 1))),
  );
}

/** Whether the penalty rises from zero infinitely steeply in every direction: its slope grows a hundredfold on the way to zero. */
function isSteepAtZero(member: PenaltyMember): boolean {
  const slope = (direction: Float64Array, t: number): number =>
    member.penalty.value(scaled(direction, t), LAMBDA) / t;
  return directionsOf(member).every((direction) => slope(direction, 1e-140) > 100 * slope(direction, 1e-4));
}

function becomesFlat(member: PenaltyMember): boolean {
  const signs = pointsOf(member, 10).map((beta) => beta.map((b) => 1e8 * Math.sign(b)));
  return signs.every((far) =>
    gradientAt(member.penalty, moveInside(member, far), LAMBDA).every((s) => s === 0),
  );
}

/** Whether the penalty has a kink at zero in each coordinate, the others not zero. */
function hasKinkInEach(member: PenaltyMember): boolean {
  const beta = pointsOf(member, 1)[0].map((b) => Math.sign(b) * Math.min(Math.abs(b), 0.1));
  const h = 1e-7;
  return beta.every((_, j) => {
    const [low, middle, high] = [-h, 0, h].map((b) => member.penalty.value(beta.with(j, b), LAMBDA));
    return (high - 2 * middle + low) / h > 1e-4;
  });
}

/** Whether third differences are zero on lines on which no coordinate changes its sign. */
function isQuadraticOnOrthants(member: PenaltyMember): boolean {
  const random = seededRandom(24);
  return pointsOf(member, 50).every((beta) => {
    const speeds = beta.map(() => 3 * random.uniform());
    const [a, b, c, d] = [0, 1, 2, 3].map((t) =>
      member.penalty.value(
        beta.map((entry, j) => entry * (1 + t * speeds[j])),
        LAMBDA,
      ),
    );
    return Math.abs(a - 3 * b + 3 * c - d) <= 1e-12 * d;
  });
}

/** The lowest second derivative along lines through zero, times -1, at a `lambda`; 0 where none is negative. */
function concavityAt(member: PenaltyMember, lambda: number): number {
  const [h, { penalty: R }] = [1e-4, member];
  let largest = 0;
  for (const direction of directionsOf(member).filter((d) => Math.hypot(...d) === 1)) {
    for (let r = 1e-3; r < 1e2; r *= 1.2) {
      const [low, high] = [r * (1 - h), r * (1 + h)];
      if (!Number.isFinite(R.value(scaled(direction, high), lambda))) break;
      const slope = (t: number): number =>
        gradientAt(R, scaled(direction, t), lambda).reduce((sum, s, j) => sum + s * direction[j], 0);
      largest = Math.max(largest, (slope(low) - slope(high)) / (high - low));
    }
  }
  return largest > 1e-6 ? largest : 0;
}

/** The concavity that is to be stated: none where there is none, or another one at another `lambda`. */
function concavityOf(member: PenaltyMember): number | undefined {
  const [first, ...others] = [0.1, 1, 10].map((lambda) => concavityAt(member, lambda));
  return first > 0 && others.every((other) => Math.abs(other - first) < 1e-3 * first) ? first : undefined;
}

/** The exponent that is to be stated: the degree of homogeneity of a sum of powers of coefficients or of norms of groups. */
function exponentOf(member: PenaltyMember): number | undefined {
  const { penalty: R, domain } = member;
  const isSumOfPowers = isSeparable(R) || (isGroupwise(R) && R.isRadial);
  if (!isSumOfPowers || domain) return undefined;
  const points = pointsOf(member, 10);
  const degreeAt = (beta: Float64Array, factor: number): number =>
    Math.log(R.value(scaled(beta, factor), LAMBDA) / R.value(beta, LAMBDA)) / Math.log(factor);
  const degree = degreeAt(points[0], 2);
  return points.every((beta) => [0.01, 3].every((t) => agree(degreeAt(beta, t), degree))) && degree > 0
    ? degree
    : undefined;
}

for (const member of penaltyMembers) {
  const { name, penalty: R } = member;

  describe(`the properties of the penalty ${name}`, () => {
    it("say whether it is convex", () => assert.equal(R.convex, isConvex(member)));

    it("say whether it is lambda times a function", () =>
      assert.equal(R.scalesWithLambda, scalesWithLambda(member)));

    it("say whether zero is a local minimum whatever the loss", () =>
      assert.equal(R.zeroIsAlwaysLocalMinimum, isSteepAtZero(member)));

    it("say whether large coefficients cost no more however large they get", () =>
      assert.equal(R.becomesFlat, becomesFlat(member)));

    it("say whether every coordinate has a kink at zero", () =>
      assert.equal(R.elementwise, hasKinkInEach(member)));

    it("say whether it is quadratic where no coordinate changes its sign", () =>
      assert.equal(R.quadraticOnOrthants, isQuadraticOnOrthants(member)));

    it("state the concavity where it is one number at every lambda", () => {
      const expected = concavityOf(member);
      assert.equal(R.concavity !== undefined, expected !== undefined);
      if (expected !== undefined) assertClose("concavity", R.concavity!, expected, 1e-4);
    });

    it("state the exponent of a sum of powers", () => {
      const expected = exponentOf(member);
      assert.equal(R.exponent !== undefined, expected !== undefined);
      if (expected !== undefined) assertClose("exponent", R.exponent!, expected, 1e-9);
    });
  });
}

for (const { name, penalty: R, domain = () => [-Infinity, Infinity] as const } of separableMembers) {
  describe(`the properties of the penalty ${name} of a coordinate`, () => {
    const magnitudes = Array.from({ length: 60 }, (_, i) => 10 ** (i / 15 - 3));
    const sides = [0, 1, 2, 3].flatMap((j) => [-1, 1].map((sign) => ({ j, sign })));
    const isIn = (j: number, b: number): boolean => domain(j)[0] <= b && b <= domain(j)[1];

    it("say whether its slope is convex in the magnitude", () => {
      const isConvexFrom = (low: number, high: number): boolean =>
        sides.every(({ j, sign }) => {
          if (!isIn(j, sign * high)) return true;
          const slope = (m: number): number => sign * R.coordinateSlope(j, sign * m, LAMBDA);
          const mean = (slope(low) + slope(high)) / 2;
          return slope((low + high) / 2) <= mean + 1e-12 * Math.abs(mean);
        });
      const holds = magnitudes.every((low) =>
        magnitudes.every((high) => low >= high || isConvexFrom(low, high)),
      );
      assert.equal(R.hasConvexSlope, holds);
    });

    if (R.smallestMagnitude) {
      it("state a smallest magnitude, below which no prox is and above which every point is a local minimum", () => {
        let smallest = 0;
        for (const j of [0, 1, 2, 3]) {
          for (const curvature of [0.05, 1, 7]) {
            const stated = R.smallestMagnitude!(j, curvature, LAMBDA);
            smallest = Math.max(smallest, stated);
            for (let z = -10; z <= 10; z += 0.01) {
              const b = Math.abs(R.coordinateProx(j, z, 1 / curvature, LAMBDA));
              if (b > 0) assertAtMost("the smallest magnitude", stated, b, 1e-12);
            }
            // With the gradient that makes b stationary it is a local minimum where the second derivative is positive.
            const bend = (b: number): number => curvature + R.coordinateCurvature(j, b, LAMBDA);
            assert.ok(bend((1 + 1e-6) * stated + 1e-12) > 0);
            if (stated > 0) assert.ok(bend((1 - 1e-6) * stated) < 0);
          }
        }
        assert.ok(smallest > 0);
      });
    }
  });
}
