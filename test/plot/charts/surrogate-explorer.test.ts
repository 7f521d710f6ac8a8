import assert from "node:assert/strict";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { hadamardProduct } from "../../../src/parametrizations";
import { type Chart, saddleAnimation, surrogateExplorer } from "../../../src/plot";

/** The chart as a front end runs it, without drawing, and its tables by name. */
function viewOf({ spec }: Chart): { view: View; tables: readonly string[] } {
  const compiled = compile(structuredClone(spec) as never).spec;
  const tables = (compiled.data ?? []).map(({ name }) => name);
  return { view: new View(parse(compiled), { renderer: "none" }), tables };
}

/** The rows of the surface, of the fibre, ... by the columns that they have. */
function rowsWith(
  { view, tables }: ReturnType<typeof viewOf>,
  ...columns: string[]
): Record<string, number>[] {
  const found = tables
    .map((name) => view.data(name) as Record<string, number>[])
    .filter((rows) => rows.length > 0 && columns.every((column) => column in rows[0]));
  return found[found.length - 1] ?? [];
}

const positions = [
  { depth: 2, lambda: 0.5, z: 1.5 },
  { depth: 2, lambda: 2, z: 1.5 },
  { depth: 3, lambda: 0.5, z: -1.5 },
  { depth: 4, lambda: 0.3, z: 2.5 },
  { depth: 5, lambda: 1, z: 0 },
  { depth: 5, lambda: 0.02, z: 3 },
];

describe("surrogateExplorer", () => {
  it("has sliders that move the minimizer to that of the induced penalty, and the surface to the surrogate", async () => {
    const shown = viewOf(surrogateExplorer());
    const { view } = shown;
    for (const { depth, lambda, z } of positions) {
      await view.signal("depth", depth).signal("lambda", lambda).signal("z", z).runAsync();
      const parametrization = hadamardProduct({ depth });
      const beta = new Float64Array(1);
      parametrization.inducedPenalty.prox?.(Float64Array.of(z), 1, lambda, beta);
      assert.ok(
        Math.abs((view.signal("beta") as number) - beta[0]) < 1e-7,
        `${depth}, ${lambda}, ${z}: ${view.signal("beta")} is not ${beta[0]}`,
      );

      const lowest = (beta[0] - z) ** 2 / 2 + parametrization.inducedPenalty.value(beta, lambda);
      const cells = rowsWith(shown, "u", "u2", "height");
      assert.equal(cells.length, 44 * 44);
      for (const { u, u2, v, v2, height } of [cells[0], cells[700], cells[1935]]) {
        const xi = new Float64Array(depth).fill((v + v2) / 2);
        xi[0] = (u + u2) / 2;
        parametrization.forward(xi, beta);
        const q = (beta[0] - z) ** 2 / 2 + lambda * parametrization.surrogatePenalty(xi);
        assert.ok(Math.abs(height - (q - lowest)) < 1e-6 * (1 + q), `${depth}, ${lambda}, ${z}`);
      }
    }
  });

  it("has no seams between the cells of a scaled picture", async () => {
    const svg = await surrogateExplorer().toSVG();
    const cells = [
      ...svg.matchAll(/<path[^>]*d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z"[^>]*fill="rgb/g),
    ].map(([, ...box]) => box.map(Number));
    // Cells at a position written with an exponent are not found.
    assert.ok(cells.length > 40 * 44, `${cells.length}`);
    const [[x, , width], [next]] = cells;
    assert.ok(Math.abs(x + width - next - 1) < 1e-9, `${x} + ${width}, ${next}`);
  });

  it("moves the fibre along", async () => {
    const shown = viewOf(surrogateExplorer({ depth: 3 }));
    const { view } = shown;
    await view.signal("z", 2.5).runAsync();
    const fibre = rowsWith(shown, "u", "v", "side");
    assert.ok(fibre.length > 0);
    const beta = view.signal("beta") as number;
    for (const { u, v } of fibre) assert.ok(Math.abs(u * v * v - beta) < 1e-9 * beta);
  });

  it("shows in a still picture where its sliders stand at first", () => {
    const words = surrogateExplorer({ depth: 4, lambda: 0.25, z: -1 }).toString();
    assert.ok(words.endsWith("At first depth is 4, lambda 0.25 and z \u22121."), words);
  });

  it("refuses positions that its sliders have not", () => {
    const refused = (options: object, message: string): void =>
      assert.throws(() => surrogateExplorer(options), {
        name: "InputError",
        message: `surrogateExplorer: ${message}`,
      });
    refused({ depth: 2.5 }, "depth must be an integer from 2 to 5, got 2.5");
    refused({ lambda: 0 }, "lambda must be a number in (0, 3], got 0");
    refused({ z: Number.NaN }, "z must be a number in [-3, 3], got NaN");
  });
});

describe("saddleAnimation", () => {
  it("walks from the data to zero, where it arrives as lambda reaches z", async () => {
    const { view } = viewOf(saddleAnimation({ z: 1.5 }));
    for (const [lambda, beta] of [
      [0, 1.5],
      [0.5, 1],
      [1.5, 0],
      [2.1, 0],
    ]) {
      await view.signal("lambda", lambda).runAsync();
      assert.ok(Math.abs((view.signal("beta") as number) - beta) < 1e-12);
    }
  });

  it("refuses a coefficient that is dead already", () => {
    assert.throws(() => saddleAnimation({ z: 0 }), {
      name: "InputError",
      message: "saddleAnimation: z must be a number in (0, 3], got 0",
    });
  });
});
