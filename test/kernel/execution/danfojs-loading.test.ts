import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { resultText, streamText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

/** The packages that danfojs-node loads at once and uses little of. */
const POSTPONED = ["mathjs", "xlsx", "request", "node-fetch", "@tensorflow/tfjs-node"];
/** Of these, the ones that the kernel's process has loaded. */
const LOADED = `${JSON.stringify(POSTPONED)}.filter((name) => Object.keys(require.cache).some((file) => file.includes(name + "/")))`;
/** Where danfojs-node finds a package, as a text of TypeScript. */
const fileOf = (name: string): string =>
  JSON.stringify(require.resolve(name, { paths: [require.resolve("danfojs-node")] }));

describe("danfojs-node in a cell", function () {
  this.timeout(120_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());
  const value = async (code: string): Promise<string> => {
    const exchange = await kernel.execute(code);
    return resultText(exchange) ?? tracebackOf(exchange);
  };

  it("loads what few cells use when one does", async () => {
    assert.equal(
      await value(
        'import * as dfd from "danfojs-node";\nconst df = new dfd.DataFrame({ a: [1, 2, 4, 5], b: [3, 1, 2, 2] });\ndf.shape',
      ),
      "[ 4, 2 ]",
    );
    assert.equal(await value(LOADED), "[]");
    assert.equal(await value('df.query(df["a"].gt(1)).iloc({ rows: ["0:1"] }).values'), "[ [ 2, 1 ] ]");
    assert.equal(await value(LOADED), "[]");
    // The mean of 1, 2, 4, 5 is 3, and their squared deviations sum up to 10.
    assert.equal(await value('df["a"].std() === Math.sqrt(10 / 3) && df["a"].median() === 3'), "true");
    assert.equal(await value(LOADED), "[ 'mathjs' ]");
    assert.equal(await value("new dfd.StandardScaler().fit([1, 3]).transform([1, 3]).toString()"), "'-1,1'");
    assert.equal(await value(LOADED), "[ 'mathjs', '@tensorflow/tfjs-node' ]");
  });

  it("has TensorFlow.js itself, and makes frames of its tensors", async () => {
    assert.equal(await value(`dfd.tensorflow === require(${fileOf("@tensorflow/tfjs-node")})`), "true");
    assert.equal(await value("new dfd.DataFrame(dfd.tensorflow.tensor2d([[1, 2]])).values"), "[ [ 1, 2 ] ]");
  });

  it("reads and writes files as it does elsewhere", async () => {
    const file = JSON.stringify(`${tmpdir()}/frame-${process.pid}`);
    assert.equal(
      await value(
        `dfd.toExcel(df, { filePath: ${file} + ".xlsx" }); dfd.toCSV(df, { filePath: ${file} + ".csv" });\n` +
          `const read = [await dfd.readExcel(${file} + ".xlsx"), await dfd.readCSV(${file} + ".csv")] as typeof df[];\n` +
          'const { rmSync } = require("node:fs"); [".xlsx", ".csv"].forEach((end) => rmSync(' +
          `${file} + end));\n` +
          "read.map(({ values }) => JSON.stringify(values) === JSON.stringify(df.values))",
      ),
      "[ true, true ]",
    );
  });

  it("leaves to others the packages themselves", async () => {
    const fresh = await TestKernel.start();
    try {
      const exchange = await fresh.execute(
        'require("danfojs-node");\n' +
          `console.log(typeof require(${fileOf("xlsx")}).utils.sheet_to_json, typeof require(${fileOf("mathjs")}).median);`,
      );
      assert.equal(streamText(exchange), "function function\n");
    } finally {
      await fresh.stop();
    }
  });
});
