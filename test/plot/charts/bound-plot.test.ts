import assert from "node:assert/strict";
import { SmoothBridge, SmoothLasso } from "../../../src";
import { certifyGlobal } from "../../../src/global";
import { boundPlot } from "../../../src/plot";
import { linearData } from "../../support/problems";
import { textsOf } from "../../support/vega-lite";

const proof = {
  trace: [
    { seconds: 0.5, nodes: 1, lowerBound: -3, objective: 2.5 },
    { seconds: 1, nodes: 7, lowerBound: 1, objective: 2.5 },
    { seconds: 1.5, nodes: 9, lowerBound: 1, objective: 2 },
  ],
  objective: 2,
  lowerBound: 1.5,
  seconds: 4,
  nodes: 40,
  claim: "the global minimum is at most 25 % lower",
};

function rowsOf(options: Parameters<typeof boundPlot>[1]): unknown {
  return (boundPlot(proof, options).spec as unknown as { data: { values: unknown } }).data.values;
}

describe("boundPlot", () => {
  it("draws the objective and the bound from each change to the next, to the end of the search", () => {
    assert.deepEqual(rowsOf({}), [
      { x: 0.5, s0: 2.5, s1: 0 },
      { x: 1, s0: 2.5, s1: 1 },
      { x: 1.5, s0: 2, s1: 1 },
      { x: 4, s0: 2, s1: 1.5 },
    ]);
    assert.deepEqual(
      (rowsOf({ x: "nodes" }) as { x: number }[]).map(({ x }) => x),
      [1, 7, 9, 40],
    );
  });

  it("says what is proved, and by how much work", async () => {
    const texts = textsOf(await boundPlot(proof).toSVG());
    assert.ok(texts.includes("The global minimum is at most 25 % lower"), texts.join());
    assert.ok(texts.includes("40 nodes in 4 seconds"), texts.join());
    for (const name of ["objective", "lower bound", "seconds"]) assert.ok(texts.includes(name), name);
    assert.ok(textsOf(await boundPlot(proof, { x: "nodes" }).toSVG()).includes("40 nodes"));
  });

  it("reads certificates and fits that have a proof, and refuses others", () => {
    const { X, y } = linearData(1, 30, 5);
    const model = new SmoothBridge({ q: 0.5, lambda: 0.1 });
    const fit = model.fit(X, y, { global: true });
    const same = { x: "nodes" } as const;
    assert.deepEqual(boundPlot(fit, same).spec, boundPlot(certifyGlobal(model.fit(X, y)), same).spec);
    const remedy =
      /boundPlot: proof must be a proof of global optimality, or a fit that has one, .*global: true/;
    assert.throws(() => boundPlot(new SmoothLasso({ lambda: 0.1 }).fit(X, y)), remedy);
    assert.throws(() => boundPlot({ trace: [] } as never), remedy);
    assert.throws(
      () => boundPlot({ ...proof, lowerBound: Number.NaN }),
      /lowerBound must be a finite number/,
    );
    assert.throws(() => boundPlot(proof, { x: "hours" as never }), /x must be "seconds" or "nodes"/);
  });
});
