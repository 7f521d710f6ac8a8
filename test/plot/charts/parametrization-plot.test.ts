import assert from "node:assert/strict";
import { hadamardProduct } from "../../../src/parametrizations";
import { computeParametrizationPicture, parametrizationPlot } from "../../../src/plot";
import { assertClose } from "../../support/assert-close";

describe("a picture of a parametrization", () => {
  const picture = computeParametrizationPicture(() => hadamardProduct({ depth: 3 }));

  it("has its balanced points on the fibres", () => {
    assert.ok("landscape" in picture.factors);
    for (const { beta, x, y } of picture.factors.balanced) {
      assertClose("u v^2", x * y * y, beta, 1e-4);
      const { lines } = picture.factors.fibres.find((fibre) => fibre.beta === beta)!;
      const distances = lines.flatMap((line) => line.x.map((u, i) => Math.hypot(u - x, line.y[i] - y)));
      assert.ok(Math.min(...distances) < 0.05);
    }
  });

  it("has level curves on which the induced penalty has its value", () => {
    for (const { level, lines } of picture.levels) {
      for (const { x, y } of lines) {
        x.forEach((a, i) => {
          // Between the nodes of the grid a line stands for a curve with cusps on the axes.
          if (Math.abs(a) < 0.1 || Math.abs(y[i]) < 0.1) return;
          assertClose("R", Math.abs(a) ** (2 / 3) + Math.abs(y[i]) ** (2 / 3), level, 1e-2);
        });
      }
    }
  });

  it("is titled by what it induces", () => {
    const { title } = parametrizationPlot(() => hadamardProduct({ depth: 3 })).spec as {
      title?: { text: string };
    };
    assert.equal(title?.text, "hadamardProduct(3) induces lq(0.6667)");
  });

  it("is refused outside its domain in one sentence", () => {
    assert.throws(() => parametrizationPlot(() => hadamardProduct({ depth: 2 }), { z: Number.NaN }), {
      message: "parametrizationPlot: z must be a finite number, got NaN",
    });
    assert.throws(() => parametrizationPlot(() => hadamardProduct({ depth: 2 }), { lambda: 0 }), {
      message: "parametrizationPlot: lambda must be a finite number > 0, got 0",
    });
  });
});
