import { seededRandom } from "smooth-edges";
import { hadamardProduct, surrogateObjective } from "smooth-edges/surrogate";
import { lossSurrogate } from "../../../figures/studies/loss-surrogate";
import { assertAllClose } from "../../support/assert-close";

describe("the surrogate of a loss", () => {
  it("is the library's where the loss is a squared error", () => {
    const random = seededRandom(1);
    const X = Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => random.normal()));
    const y = X.map(() => random.normal());
    const squaredError = (beta: Float64Array, slope: Float64Array): number => {
      slope.fill(0);
      return X.reduce((sum, row, i) => {
        const r = row.reduce((eta, x, j) => eta + x * beta[j], -y[i]);
        row.forEach((x, j) => {
          slope[j] += (x * r) / y.length;
        });
        return sum + r ** 2 / (2 * y.length);
      }, 0);
    };
    const parametrization = hadamardProduct({ depth: 3 });
    const ours = lossSurrogate(squaredError, 4, parametrization, 0.3);
    const options = { parametrization, lambda: 0.3, fitIntercept: false };
    const library = surrogateObjective(X, y, options);
    const xi = Float64Array.from({ length: ours.size }, () => random.normal());
    const [one, other] = [new Float64Array(ours.size), new Float64Array(ours.size)];
    const values = [ours.valueAndGradient(xi, one), library.valueAndGradient(xi, other)];
    assertAllClose("value", [values[0]], [values[1]], 1e-13);
    assertAllClose("gradient", one, other, 1e-13);
    assertAllClose("coefficients", ours.coefficients(xi), library.coefficients(xi).coef, 1e-13);
  });
});
