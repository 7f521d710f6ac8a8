import assert from "node:assert/strict";
import { trainingPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

interface Panel {
  readonly data: { readonly values: Record<string, number | null>[] };
  readonly layer: {
    readonly encoding: {
      readonly y: { readonly axis: { title: string }; readonly scale: { type?: string } };
    };
  }[];
}

function panelsOf(records: Parameters<typeof trainingPlot>[0]): Panel[] {
  return trainingPlot(records).spec.vconcat as unknown as Panel[];
}

const titleOf = ({ layer }: Panel): string => layer[0].encoding.y.axis.title;
const isLog = ({ layer }: Panel): boolean => layer[0].encoding.y.scale.type === "log";

describe("trainingPlot", () => {
  it("has a panel a metric, and validation beside training", async () => {
    const records = [
      { epoch: 1, loss: 4, valLoss: 5, accuracy: 0.1, val_accuracy: 0.2, sparsity: 0 },
      { epoch: 2, loss: 2, valLoss: 4, accuracy: 0.9, val_accuracy: 0.7, sparsity: 0.5 },
    ];
    const panels = panelsOf(records);
    assert.deepEqual(panels.map(titleOf), ["loss", "accuracy", "sparsity"]);
    assert.deepEqual(panels[0].data.values, [
      { x: 1, s0: 4, s1: 5 },
      { x: 2, s0: 2, s1: 4 },
    ]);
    const texts = textsOf(await trainingPlot(records).toSVG());
    for (const name of ["valLoss", "val_accuracy", "sparsity", "epoch"])
      assert.ok(texts.includes(name), name);
  });

  it("has logarithmic axes for what spans a factor of 30, but not for shares and what reaches zero", () => {
    const panels = panelsOf([
      { epoch: 1, loss: 30, accuracy: 0.01, flat: 3, reaches: 0, misalignment: 1e-8 },
      { epoch: 2, loss: 1, accuracy: 0.99, flat: 4, reaches: 100, misalignment: 1e-2 },
    ]);
    assert.deepEqual(
      panels.map((panel) => [titleOf(panel), isLog(panel)]),
      [
        ["loss (log)", true],
        ["accuracy", false],
        ["flat", false],
        ["reaches", false],
        ["misalignment (log)", true],
      ],
    );
  });

  it("interrupts a line where a value is missing or not finite, and names the latter", () => {
    const records = [
      { epoch: 1, loss: 1, val: 1 },
      { epoch: 2, loss: Number.NaN, val: null },
      { epoch: 5, loss: 3 },
    ];
    const [loss, val] = panelsOf(records);
    assert.deepEqual(
      loss.data.values.map(({ s0 }) => s0),
      [1, null, 3],
    );
    assert.deepEqual(
      val.data.values.map(({ s0 }) => s0),
      [1, null, null],
    );
    assert.deepEqual(trainingPlot(records).spec.title, {
      text: "Training to epoch 5: loss 3, val 1",
      subtitle: "loss is not finite in epoch 2",
    });
  });

  it("says what a long training leaves out", () => {
    const records = Array.from({ length: 3000 }, (_, epoch) => ({ epoch, loss: 1 }));
    assert.match(trainingPlot(records).toString(), /1000 of 3000 epochs are drawn/);
  });

  it("refuses what is no training", () => {
    const refused = (records: unknown, message: string): void =>
      assert.throws(() => trainingPlot(records as never), {
        name: "InputError",
        message: `trainingPlot: ${message}`,
      });
    refused(
      { trace: [] },
      "records must be an array with a record an epoch, got an object; use tracePlot for a fit",
    );
    refused([], "records must be at least one epoch, got an array of 0");
    refused(
      [
        { epoch: 2, loss: 1 },
        { epoch: 2, loss: 1 },
      ],
      "records[1].epoch must be a number above that of the record before, got 2",
    );
    refused([null], "records[0].epoch must be a number above that of the record before, got undefined");
    refused(
      [{ epoch: 1 }],
      "records must be numbers beside the epoch, such as { epoch: 1, loss: 0.5 }, got an array of 1",
    );
    refused([{ epoch: 1, loss: "1" }], 'records[0].loss must be a number, got "1"');
    refused([{ epoch: 1, loss: Number.NaN }], "loss must be a finite number in at least one epoch, got NaN");
  });
});
