import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import {
  crossValidationFromJSON,
  estimatorFromJSON,
  fitFromJSON,
  pathFromJSON,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
} from "../../../src/estimators";
import { encoderFromJSON, fromFrame, momentSummaryFromJSON } from "../../../src/frame";
import { lbfgs } from "../../../src/optimizers";
import { groupHadamardProduct, hadamardProduct } from "../../../src/parametrizations";
import { mcp } from "../../../src/penalties";
import { multiStart, surrogateDescent } from "../../../src/solvers";
import { linearData } from "../../support/problems";

const { X, y } = linearData(6, 12, 4);
const labels = y.map((value) => (value < -1 ? "low" : value < 1 ? "middle" : "high"));
const tasks = y.map((value, i) => [value, i % 3]);
const grid = { nLambdas: 2, lambdaMinRatio: 0.1 };
const several = new SmoothLasso({ lambda: 0.1, datafit: squaredError({ nResponses: 2 }) });
const init = new SmoothLasso({ lambda: 0.1 }).fit(X, y);

/** What each reader reads, as text. */
const files: readonly (readonly [string, (json: string) => unknown, object])[] = [
  ["a fit", fitFromJSON, init],
  ["a fit of classes", fitFromJSON, new SmoothLasso({ lambda: 0.05, datafit: multinomial() }).fit(X, labels)],
  ["a fit of several responses", fitFromJSON, several.fit(X, tasks)],
  ["a fit of several starts", fitFromJSON, new SmoothBridge({ lambda: 0.1, q: 0.5 }).fit(X, y)],
  ["a path", pathFromJSON, new SmoothLasso().path(X, y, grid)],
  [
    "a cross-validation",
    crossValidationFromJSON,
    new SmoothBridge().crossValidate(X, y, { ...grid, folds: 2, grid: { depth: [2, 3] }, keep: true }),
  ],
  [
    "a cross-validation of several responses",
    crossValidationFromJSON,
    several.crossValidate(X, tasks, { ...grid, folds: 2, keep: true }),
  ],
  [
    "an estimator",
    estimatorFromJSON,
    new SmoothGroupLasso({
      groups: [0, 0, 1, 1],
      parametrization: groupHadamardProduct([0, 0, 1, 1], { depth: 3 }),
      solver: lbfgs(),
      init,
    }),
  ],
  [
    "an estimator with solvers in its solver",
    estimatorFromJSON,
    new SparseLinearModel({
      penalty: mcp({ gamma: 3, weights: Float64Array.of(1, 2, 3, 4) }),
      solver: multiStart(surrogateDescent(hadamardProduct({ depth: 3 }), lbfgs())),
    }),
  ],
  [
    "an encoder",
    encoderFromJSON,
    fromFrame({ a: ["u", "v", "w"], b: [1, 2, null], y: [1, 2, 3] }, { response: "y", missing: "mean" })
      .encoder,
  ],
  [
    "a summary",
    momentSummaryFromJSON,
    {
      format: "smooth-edges/moment-summary",
      version: 1,
      featureNames: ["a", "b"],
      responseName: "y",
      nSamples: 3,
      nDropped: 0,
      means: [1, 2, 3],
      covariance: [1, 0.5, 0, 0.5, 1, "-0", 0, 0, 1],
    },
  ],
];

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let k = 0; k < depth; k++) value = [value];
  return value;
}

/** What stands in a place where something else should. */
const wrong: readonly unknown[] = [
  ...[null, true, "", "x", -1, 0.5, 1e9, 1e300, [], [1, 2], [null], {}, { length: 1e9 }, nested(150)],
  { $made: "multinomial", args: [{ nClasses: 1e9 }] },
  { $made: "squaredError", args: [{ nResponses: 1e9 }] },
  { $made: "hadamardProduct", args: [{ depth: 1e9 }] },
  { $made: "mcp", args: [null] },
  { $made: "isSeparable", args: [] },
  { $made: "initialize", args: [{}, 1e9] },
  { $made: "constructor", args: [] },
  { $array: "Float64Array", of: [1e300, "NaN"] },
  { $array: "Float64Array", of: { length: 1e9 } },
  { $undefined: true },
];

type Node = Record<string, unknown>;

/** Calls `visit` with a value in place of each one of a record, and without it. */
function damage(json: unknown, visit: () => void): void {
  if (typeof json !== "object" || json === null) return;
  const node = json as Node;
  // The other entries of an array are read as its first ones are.
  for (const key of Array.isArray(node) ? Object.keys(node).slice(0, 2) : Object.keys(node)) {
    const kept = node[key];
    damage(kept, visit);
    for (const value of [...wrong, [kept], [kept, kept]]) {
      node[key] = value;
      visit();
    }
    delete node[key];
    visit();
    node[key] = kept;
  }
}

describe("a damaged JSON file", function () {
  this.timeout(60_000);

  for (const [what, read, value] of files) {
    it(`of ${what} is read, or refused in a sentence, without memory for what it only says that it has`, () => {
      const before = process.memoryUsage().arrayBuffers;
      const json = JSON.parse(JSON.stringify(value));
      assert.ok(read(JSON.stringify(json)));
      let nRead = 0;
      let nRefused = 0;
      damage(json, () => {
        const text = JSON.stringify(json);
        try {
          JSON.stringify(read(text));
          nRead++;
        } catch (error) {
          const { name, message, stack } = error as Error;
          assert.equal(name, "InputError", `${stack}\n${text.slice(0, 2000)}`);
          assert.doesNotMatch(message, /\n/);
          nRefused++;
        }
      });
      assert.ok(nRefused > 100 && nRead > 0, `${nRead} read, ${nRefused} refused`);
      assert.ok(process.memoryUsage().arrayBuffers - before < 1e8);
    });
  }

  it("is refused in a sentence where it is nested deep, as text and as a value", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (const [what, read, value] of files) {
      const [field] = ["datafit", "params"].filter((key) => key in JSON.parse(JSON.stringify(value)));
      if (field === undefined) continue;
      const text = JSON.stringify({ ...JSON.parse(JSON.stringify(value)), [field]: 0 });
      assert.throws(
        () => read(text.replace(`"${field}":0`, `"${field}":${deep}`)),
        (error: Error) => error.name === "InputError" && !/\n/.test(error.message),
        what,
      );
    }
    const own: unknown[] = [];
    own.push(own);
    assert.throws(() => fitFromJSON({ ...init.toJSON(), datafit: own }), {
      name: "InputError",
      message: "fitFromJSON: datafit must be nested at most 100 deep, got more",
    });
  });

  it("is refused where it has as many classes as one wants and coefficients of three", () => {
    const { datafit: _, ...rest } = JSON.parse(JSON.stringify(files[1][2]));
    const datafit = { $made: "multinomial", args: [{ nClasses: 1e9 }] };
    assert.throws(() => fitFromJSON(JSON.stringify({ datafit, ...rest })), {
      name: "InputError",
      message: "fitFromJSON: classes must be 1000000000 labels of one kind, got an array of 3",
    });
  });
});
