import assert from "node:assert/strict";
import { BasisPursuit, PublishedBasisPursuit } from "../../../figures/studies/basis-pursuit";
import { seededRandom } from "../../../src";
import { simulateCompressedSensing } from "../../../src/data";

const data = simulateCompressedSensing({ nSamples: 12, nFeatures: 20, nActive: 3 });
const random = seededRandom(3);
const v = Float64Array.from({ length: 20 }, () => Math.sign(random.normal()) * (0.5 + random.uniform()));

const KINDS = {
  "its gates": { Objective: BasisPursuit, balanced: (depth: number) => 1 / depth },
  "the published gates": { Objective: PublishedBasisPursuit, balanced: (depth: number) => 1 - 1 / depth },
};

for (const [gates, { Objective, balanced }] of Object.entries(KINDS)) {
  describe(`basis pursuit by ${gates}`, () => {
    for (const depth of [2, 2.5, 3]) {
      const objective = new Objective(data, depth);
      const value = (at: Float64Array): number => objective.valueAndGradient(at, new Float64Array(20));

      it(`has the gradient of its differences at depth ${depth}`, () => {
        const gradient = new Float64Array(20);
        objective.valueAndGradient(v, gradient);
        gradient.forEach((slope, j) => {
          const [above, below] = [1e-5, -1e-5].map((step) =>
            value(v.map((b, i) => (i === j ? b + step : b))),
          );
          assert.ok(Math.abs((above - below) / 2e-5 - slope) < 1e-6 * Math.max(1, Math.abs(slope)));
        });
      });

      it(`gives solutions of the equations, at balanced gates with the penalty as value, at depth ${depth}`, () => {
        const beta = objective.coefficients(v);
        data.y.forEach((y, i) => {
          const fitted = beta.reduce((sum, b, j) => sum + b * data.X.data[i * 20 + j], 0);
          assert.ok(Math.abs(fitted - y) < 1e-9);
        });
        const penalty = (depth / 2) * data.coef.reduce((sum, b) => sum + Math.abs(b) ** (2 / depth), 0);
        const gate = data.coef.map((b) => Math.abs(b) ** balanced(depth));
        assert.ok(Math.abs(value(gate) / penalty - 1) < 1e-9);
      });
    }
  });
}
