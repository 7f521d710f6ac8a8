import assert from "node:assert/strict";
import { huber, logCosh, logistic, multinomial, poisson, quantile, squaredHinge } from "../../src/datafits";
import { dot, maxAbs } from "../../src/linalg/vector";
import { seededRandom } from "../../src/random/random";
import { assertClose } from "../support/assert-close";
import {
  datafitCases,
  derivedCases,
  gradientAt,
  hessianTimes,
  lossAt,
  sixWeights,
} from "../support/datafit-cases";
import { normals } from "../support/problems";

const SAMPLES = 6;
const members = [...datafitCases, ...derivedCases]
  .flatMap((member) => [
    { ...member, name: member.datafit.name },
    { ...member, name: `weighted ${member.datafit.name}`, datafit: member.datafit.weighted(sixWeights) },
  ])
  .filter(({ datafit }) => datafit.fenchelYoung);

describe("Fenchel and Young's inequality", () => {
  for (const { name, datafit: f, draw } of members) {
    const size = SAMPLES * f.nResponses;
    const young = f.fenchelYoung!;

    it(`of ${name} is tight at the gradient`, () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 100; trial++) {
        const [y, eta] = [draw(SAMPLES, trial), normals(random, size)];
        const gap = young(y, eta, gradientAt(f, y, eta));
        assert.ok(gap >= 0 && gap <= 1e-29, `${gap}`);
      }
    });

    it(`of ${name} is what the loss says at the dual points of gradients, also scaled towards zero`, () => {
      const random = seededRandom(2);
      for (let trial = 0; trial < 100; trial++) {
        const [y, eta, other] = [draw(SAMPLES, trial), normals(random, size), normals(random, size)];
        const scale = trial % 3 === 0 ? 1 : random.uniform();
        const dual = gradientAt(f, y, other).map((entry) => scale * entry);
        const [at, there] = [young(y, eta, dual), young(y, other, dual)];
        assert.ok(at >= 0 && there >= 0);
        const difference = eta.map((entry, i) => entry - other[i]);
        const expected = lossAt(f, y, eta) - lossAt(f, y, other) - dot(dual, difference);
        assertClose("f(eta) - eta'u", at - there, expected, 1e-13);
        if (scale === 1) assertClose("there", there, 0, 1e-29);
      }
    });

    it(`of ${name} stays finite where the gradient is moved by a rounding of its largest entry`, () => {
      const random = seededRandom(6);
      for (let trial = 0; trial < 50; trial++) {
        const [y, eta] = [draw(SAMPLES, trial), normals(random, size).map((entry) => 20 * entry)];
        const gradient = gradientAt(f, y, eta);
        const largest = maxAbs(gradient);
        const moved = gradient.map((entry) => entry + 1e-15 * largest * random.normal());
        const gap = young(y, eta, moved);
        assert.ok(gap >= 0 && gap <= 1e-12 * (1 + Math.abs(lossAt(f, y, eta))), `${gap}`);
      }
    });

    it(`of ${name} has the saturated value as its conjugate's at zero`, () => {
      const [y, eta] = [draw(SAMPLES, 3), normals(seededRandom(3), size)];
      const zero = new Float64Array(size);
      assertClose("f + f*(0)", young(y, eta, zero), lossAt(f, y, eta) - f.saturatedValue(y), 1e-14);
    });

    it(`of ${name} loses no digits near tightness`, () => {
      const random = seededRandom(4);
      for (let trial = 0; trial < 20; trial++) {
        const [y, eta, v] = [draw(SAMPLES, trial), normals(random, size), normals(random, size)];
        const step = 1e-7;
        const near = eta.map((entry, i) => entry + step * v[i]);
        const quadratic = (step ** 2 * dot(v, hessianTimes(f, y, eta, v))) / 2;
        const gap = young(y, eta, gradientAt(f, y, near));
        assert.ok(Math.abs(gap - quadratic) <= 1e-5 * quadratic + 1e-29, `${gap} is not ${quadratic}`);
      }
    });

    it(`of ${name} leaves no room for a dual point of a sample without weight`, () => {
      const weighted = f.weighted(sixWeights);
      const dual = new Float64Array(size);
      dual[4] = 1e-3;
      assert.equal(weighted.fenchelYoung!(draw(SAMPLES, 5), normals(seededRandom(5), size), dual), Infinity);
    });
  }

  it("is infinite outside the domain of the conjugate, and finite at its ends", () => {
    const one = Float64Array.of(1);
    const at = (dual: number) => Float64Array.of(dual);
    const eta = at(0.3);
    for (const [f, least, largest] of [
      [logistic(), -1, 0],
      [poisson(), -1, Infinity],
      [huber(), -1.345, 1.345],
      [logCosh({ delta: 0.3 }), -0.3, 0.3],
      [quantile({ tau: 0.7 }), -0.7, 0.3],
      [squaredHinge(), -Infinity, 0],
    ] as const) {
      for (const end of [least, largest]) {
        if (!Number.isFinite(end)) continue;
        const outwards = end === least ? -1e-9 : 1e-9;
        assert.ok(Number.isFinite(f.fenchelYoung!(one, eta, at(end))), `${f.name} at ${end}`);
        assert.equal(f.fenchelYoung!(one, eta, at(end + outwards)), Infinity, `${f.name} beyond ${end}`);
      }
    }
    const three = Float64Array.of(1, 0, 0);
    const classes = (...dual: number[]) =>
      multinomial({ nClasses: 3 }).fenchelYoung!(three, new Float64Array(3), Float64Array.from(dual));
    assert.ok(Number.isFinite(classes(-1, 0.5, 0.5)));
    assert.equal(classes(-0.5, 0.25, 0.2), Infinity, "no distribution");
    assert.equal(classes(-0.5, 0.75, -0.25), Infinity, "a negative probability");
  });

  it("keeps the probabilities that underflow", () => {
    const zero = new Float64Array(1);
    assert.equal(logistic().fenchelYoung!(zero, Float64Array.of(-1000), zero), 0);
    // KL((1/2, 1/2), (e^-1000, 1)) = 500 - log 2
    const half = Float64Array.of(0.5);
    assertClose(
      "logistic",
      logistic().fenchelYoung!(zero, Float64Array.of(-1000), half),
      500 - Math.log(2),
      1e-15,
    );
    // 1 log(1 / e^-1000) - 1 + e^-1000
    assertClose(
      "poisson",
      poisson().fenchelYoung!(zero, Float64Array.of(-1000), Float64Array.of(1)),
      999,
      1e-15,
    );
  });
});
