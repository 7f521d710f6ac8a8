import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Chart } from "../../../src/plot";

/** Points at heights in two facets whose frame ends at 2. */
function points(heights: readonly number[], type: string): ConstructorParameters<typeof Chart>[0] {
  const scale = (end: number) => ({ domain: [0, end] });
  return {
    description: "Clipped points.",
    data: { values: heights.map((y, x) => ({ y, x, g: x % 2 })) },
    facet: { field: "g", type: "nominal" },
    spec: {
      mark: { type, clip: true },
      encoding: {
        x: { field: "x", type: "quantitative", scale: scale(4) },
        y: { field: "y", type: "quantitative", scale: scale(2) },
      },
    },
  };
}

describe("marks that are clipped away", () => {
  it("leave the picture as it is without them, byte for byte", async () => {
    const [all, some] = [points([1, 1, 1, 1, 50], "point"), points([1, 1, 1, 1], "point")];
    assert.deepEqual(await new Chart(all).toPNG(), await new Chart(some).toPNG());
  });

  it("do not end the process, however far out they are, even where nothing is left", () => {
    // In a process of its own, which a panic of resvg would end.
    const program = `
      const { Chart } = require(${JSON.stringify(join(__dirname, "../../../src/plot"))});
      const charts = ${JSON.stringify(
        ["point", "line", "circle", "text"].flatMap((type) =>
          [
            [50, 60, 70, 80],
            [1e4, 1, 1, -1e4],
          ].map((heights) => points(heights, type)),
        ),
      )};
      Promise.all(charts.map((spec) => new Chart(spec).toPNG())).then((all) => console.log(all.length));`;
    assert.equal(execFileSync(process.execPath, ["-e", program], { encoding: "utf8" }).trim(), "8");
  });

  it("are refused in a sentence where a line leads out farther than anyone can draw", async () => {
    await assert.rejects(new Chart(points([1, 1, 1e7, 1], "line")).toPNG(), {
      name: "InputError",
      message:
        /^Chart: every mark must lie within 1e\+7 pixels of its frame, got one that reaches to \d\.\de\+\d+; leave its row out, or /,
    });
  });
});
