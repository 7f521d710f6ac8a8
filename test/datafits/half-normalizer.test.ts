import { type Datafit, huber, logCosh, quantile } from "../../src/datafits";
import { assertAllClose } from "../support/assert-close";

/** `log` of the integral of `exp(-(loss - saturated loss) / dispersion)` over the predictor, by the trapezoidal rule. */
function integrated(datafit: Datafit, dispersion: number, end: number): number {
  const [y, gradient] = [Float64Array.of(0), new Float64Array(1)];
  const least = datafit.saturatedValue(y);
  const step = end / 2e5;
  let area = 0;
  for (let eta = -end; eta <= end; eta += step) {
    area +=
      step * Math.exp(-(datafit.valueAndGradient(y, Float64Array.of(eta), gradient) - least) / dispersion);
  }
  return Math.log(area);
}

describe("halfNormalizer", () => {
  it("makes densities of the robust losses integrate to one", () => {
    for (const [datafit, dispersions] of [
      [huber(), [0.01, 1, 30]],
      [huber({ delta: 0.1 }), [1e-4, 0.01, 1]],
      [logCosh(), [0.01, 1, 30]],
      [logCosh({ delta: 0.1 }), [1e-4, 0.01, 1]],
      [quantile(), [0.001, 0.1, 10]],
      [quantile({ tau: 0.9, smoothing: 2 }), [0.01, 0.3, 4]],
    ] as const) {
      for (const dispersion of dispersions) {
        const end = 40 * (Math.sqrt(dispersion) + 10 * dispersion);
        const expected = integrated(datafit, dispersion, end);
        assertAllClose(
          `${datafit.name}, ${dispersion}`,
          [datafit.logNormalizer?.(dispersion) ?? Number.NaN],
          [expected],
          1e-6,
        );
      }
    }
  });
});
