import { quantile } from "../../src/selection/bootstrap-inclusion";
import { assertClose } from "../support/assert-close";

describe("the quantile of a sample", () => {
  it("is R's type 7", () => {
    const sample = Float64Array.of(-1, 0, 0.5, 4); // quantile(c(-1, 0, 0.5, 4), ...) in R 4.2.2
    assertClose("0", quantile(sample, 0), -1, 0);
    assertClose("0.1", quantile(sample, 0.1), -0.7, 1e-15);
    assertClose("0.5", quantile(sample, 0.5), 0.25, 1e-15);
    assertClose("0.9", quantile(sample, 0.9), 2.95, 1e-15);
    assertClose("1", quantile(sample, 1), 4, 0);
  });

  it("of one number is that number", () => {
    assertClose("0.3", quantile(Float64Array.of(7), 0.3), 7, 0);
  });
});
