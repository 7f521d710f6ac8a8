import assert from "node:assert/strict";
import { drawsOf } from "../../../figures/comparisons/draws";
import { readRecords } from "../../../figures/runs/records";
import { smallLambdas } from "../../../figures/studies/small-lambdas";

interface Timed {
  readonly iterations: number;
}

describe("drawsOf", () => {
  const value = ({ iterations }: Timed): number => iterations;
  const fista = readRecords<Timed>(smallLambdas, "desk").filter(
    ({ task: { parameters } }) => parameters.method === "FISTA" && parameters.data === "digits",
  );

  it("has a number for each draw", () => {
    const where = { method: "FISTA", data: "digits" };
    assert.deepEqual(
      [...drawsOf(smallLambdas, { where, by: ["divisor"], value })],
      fista.map(({ task, result }) => [String(task.parameters.divisor), result.iterations]),
    );
  });

  it("takes the record of a draw that is least, and needs to be told by what", () => {
    const chosen = { where: { method: "FISTA", data: "digits" }, by: ["data"], value };
    const iterations = fista.map(({ result }) => result.iterations);
    assert.deepEqual(
      [...drawsOf(smallLambdas, { ...chosen, least: (result: Timed) => -result.iterations })],
      [["digits", Math.max(...iterations)]],
    );
    assert.throws(() => drawsOf(smallLambdas, chosen), /there twice/);
  });

  it("refuses what has no record", () => {
    assert.throws(() => drawsOf(smallLambdas, { where: { method: "guessing" }, value }), /has no records/);
  });
});
