import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resultText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";
import { ROOT } from "../support/tracked-files";

const START = `
import * as tf from "@tensorflow/tfjs";
import { sparsify } from "smooth-edges/nn";
await tf.setBackend("cpu");
const x = tf.randomNormal([64, 6], 0, 1, "float32", 1), y = x.slice([0, 0], [64, 1]);
function network() {
  const layer = tf.layers.dense({ units: 1, inputShape: [6], kernelInitializer: tf.initializers.heNormal({ seed: 1 }) });
  const model = sparsify(tf.sequential({ layers: [layer] }), { lambda: 0.1 });
  model.compile({ optimizer: tf.train.momentum(0.1, 0.9), loss: "meanSquaredError" });
  return model;
}
const weightsOf = (model: tf.LayersModel) => model.getWeights().flatMap((weight) => [...weight.dataSync()]);
let twin = network();`;

/** The cell that the guide shows. */
function trainingCell(): string {
  const block = /^```typescript\n(.*?)^```/ms.exec(
    readFileSync(join(ROOT, "docs/sparse-networks.md"), "utf8"),
  );
  return block![1];
}

describe("the training cell of the guide to networks", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
    const { reply } = await kernel.execute(START);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
  });
  after(() => kernel.stop());

  it("draws its epochs, ends well when interrupted, and goes on to the weights of a run without a break", async () => {
    // Epochs of a millisecond would be over before an interrupt comes.
    const cell = trainingCell()
      .replaceAll("epochs: 40", "epochs: 8")
      .replace(
        "onEpoch: (records) =>",
        "onEpoch: async (records) => (await new Promise((resolve) => setTimeout(resolve, 20)),",
      )
      .replace("chart.update(trainingPlot(records)),", "chart.update(trainingPlot(records))),");
    const id = await kernel.sendCell(cell);
    const charts = () =>
      kernel
        .of(id)
        .filter(
          ({ type, content }) =>
            type === "update_display_data" && "application/vnd.vegalite.v5+json" in (content.data as object),
        );
    await kernel.until(() => charts().length >= 2);
    assert.match(
      (charts()[0].content.data as Record<string, string>)["text/plain"],
      /At the end: loss .*, sparsity /,
    );
    await kernel.finish(await kernel.send("control", "interrupt_request"));
    assert.equal(resultText(await kernel.finish(id)), "'interrupted'");
    const before = charts().length;
    assert.ok(before < 8, `${before} epochs`);

    const again = await kernel.execute(cell);
    assert.equal(resultText(again), "'completed'");
    const drawn = again.iopub.filter(
      ({ type, content }) =>
        type === "update_display_data" && "application/vnd.vegalite.v5+json" in (content.data as object),
    );
    assert.equal(drawn.length, 1 + 8 - before, "the epochs that are kept, then each of the others");

    const whole = cell.replace('"my-training"', '"another-training"');
    const compared = `const resumed = weightsOf(twin); twin = network();\n${whole}\nJSON.stringify(weightsOf(twin)) === JSON.stringify(resumed) && resumed.length`;
    assert.equal(resultText(await kernel.execute(compared)), "13");
  });

  it("ends where a cell that awaits it is interrupted, though it was given no signal", async () => {
    const id = await kernel.sendCell(`import { train } from "smooth-edges/nn";
let epochs = 0;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
const training = train(network(), x, y, { epochs: 100_000, onEpoch: () => (console.log(++epochs), pause()) });
await training;`);
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    await kernel.finish(await kernel.send("control", "interrupt_request"));
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    const later = await kernel.execute(
      "const inTime = await Promise.race([training, new Promise<any>((resolve) => setTimeout(resolve, 60_000))]); inTime?.status",
    );
    assert.equal(resultText(later), "'interrupted'");
  });
});
