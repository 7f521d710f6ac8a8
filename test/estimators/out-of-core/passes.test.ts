import assert from "node:assert/strict";
import { PassFailure } from "../../../src/errors";
import {
  inLockstep,
  type Passes,
  type PassPoint,
  type PassSums,
} from "../../../src/estimators/out-of-core/passes";

describe("computations side by side", () => {
  const sums: PassSums = {
    weight: 1,
    loss: 0,
    saturated: 0,
    gradient: new Float64Array(0),
    absoluteSlope: 0,
    gram: new Float64Array(0),
    fenchelYoung: 0,
    error: 0,
  };

  /** A computation of some passes, each with the second derivatives of so many columns. */
  function* computation(name: string, nPasses: number, nColumns: number): Passes<string> {
    for (let k = 0; k < nPasses; k++) yield [{ coefs: new Float64Array(0), gram: new Int32Array(nColumns) }];
    return name;
  }

  const run = async (computations: readonly Passes<string>[], signal?: { aborted: boolean }) => {
    const sizes: number[] = [];
    const done: number[] = [];
    const pass = async (points: readonly PassPoint[]): Promise<PassSums[]> => {
      sizes.push(points.reduce((sum, { gram }) => sum + gram!.length ** 2, 0));
      return points.map(() => sums);
    };
    const results = await inLockstep(computations, pass, { signal, onPass: (nDone) => done.push(nDone) });
    return { results, sizes, done };
  };

  it("take as many passes as the longest one where they fit into memory", async () => {
    const { results, sizes, done } = await run([
      computation("a", 3, 2),
      computation("b", 1, 4),
      computation("c", 2, 1),
    ]);
    assert.deepEqual(results, ["a", "b", "c"]);
    assert.deepEqual(sizes, [4 + 16 + 1, 4 + 1, 4]);
    assert.deepEqual(done, [1, 2, 3]);
  });

  it("begin later where their second derivatives would take more than 128 MB", async () => {
    const nColumns = 2000;
    const names = Array.from({ length: 10 }, (_, k) => `fit ${k}`);
    const { results, sizes } = await run(names.map((name, k) => computation(name, 1 + (k % 3), nColumns)));
    assert.deepEqual(results, names);
    assert.ok(Math.max(...sizes) * 8 <= 128 * 2 ** 20, `${Math.max(...sizes)}`);
    // Each pass had room for four of them, and 10 computations take 19 passes in turn.
    assert.ok(sizes.length < 9, `${sizes.length} passes`);
    const alone = await run([computation("large", 2, 5000), computation("small", 1, 1)]);
    assert.deepEqual(alone.sizes, [25e6, 25e6, 1]);
  });

  it("begin no more of them where they are aborted", async () => {
    const { results } = await run([computation("a", 1, 3000), computation("b", 1, 3000)], { aborted: true });
    assert.deepEqual(results, ["a"]);
  });

  it("end where a pass fails, with what is known of those that have begun", async () => {
    function* patient(name: string): Passes<string> {
      yield [{ coefs: new Float64Array(0) }];
      try {
        yield [{ coefs: new Float64Array(0) }];
      } catch {
        return `${name}, interrupted`;
      }
      return name;
    }
    let nPasses = 0;
    const failing = async (points: readonly PassPoint[]): Promise<PassSums[]> => {
      if (++nPasses === 2) throw new PassFailure("sums: no connection");
      return points.map(() => sums);
    };
    const failures: string[] = [];
    const onFailure = ({ message }: Error): void => void failures.push(message);
    const all = () => [computation("a", 1, 1), patient("b"), computation("c", 3, 1), patient("d")];
    // Nothing is known of "c", and what comes after it would stand in its place.
    assert.deepEqual(await inLockstep(all(), failing, { onFailure }), ["a", "b, interrupted"]);
    assert.deepEqual(failures, ["sums: no connection"]);
    nPasses = 0;
    await assert.rejects(inLockstep(all(), failing), { name: "InputError", message: "sums: no connection" });
  });
});
