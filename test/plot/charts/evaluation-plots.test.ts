/** Charts of evaluations: what they say, and what they refuse. */
import assert from "node:assert/strict";
import {
  cox,
  evaluate,
  logistic,
  MultiTaskLasso,
  multinomial,
  predictSurvival,
  SmoothLasso,
  squaredHinge,
} from "../../../src";
import { calibrationPlot, confusionPlot, residualPlot, rocPlot, survivalPlot } from "../../../src/plot";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";
import { textsOf } from "../../support/vega-lite";

const { X, y } = linearData(5, 60, 3);
const labels = y.map((value, i) => (value + Math.sin(i) > 0 ? "yes" : "no"));
const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 0 ? -1 : 1));
const ofClasses = evaluate(new SmoothLasso({ datafit: logistic(), lambda: 0.05 }).fit(X, labels), X, labels);
const ofNumbers = evaluate(new SmoothLasso({ lambda: 0.1 }).fit(X, y), X, y);

describe("charts of an evaluation", () => {
  it("say in their titles what they show", () => {
    const [low, high] = ofClasses.aucInterval!.map((end) => end.toPrecision(3).replace(/0+$/, ""));
    assert.match(
      rocPlot(ofClasses).toString(),
      new RegExp(`curve ${ofClasses.auc!.toPrecision(3).replace(/0+$/, "")}.*from ${low} to ${high}`),
    );
    const right = ofClasses.confusion![0][0] + ofClasses.confusion![1][1];
    assert.match(
      confusionPlot(ofClasses).toString(),
      new RegExp(`${right} of 60 rows are of the class predicted`),
    );
    const rms = Math.sqrt(ofNumbers.meanSquaredError!).toPrecision(3).replace(/0+$/, "");
    assert.match(residualPlot(ofNumbers).toString(), new RegExp(`root mean square ${rms}`));
    assert.match(calibrationPlot(ofNumbers).toString(), /in 10 groups of rows/);
    assert.match(calibrationPlot(ofClasses.calibration(4)).toString(), /in 4 groups of rows/);
  });

  it("name the class that is most often taken for another, by its share", () => {
    const chart = confusionPlot({
      classes: ["a", "b", "c"],
      confusion: [
        [9, 1, 0],
        [0, 2, 2],
        [5, 0, 45],
      ],
    });
    assert.match(chart.toString(), /Most often b is taken for c: a share of 0\.5\./);
    const none = confusionPlot({
      classes: ["a", "b"],
      confusion: [
        [1, 0],
        [0, 1],
      ],
    });
    assert.match(none.toString(), /No class is taken for another\./);
  });

  it("write the number of rows into every cell, and the names beside them", async () => {
    const texts = textsOf(await confusionPlot(ofClasses).toSVG());
    for (const count of ofClasses.confusion!.flat()) assert.ok(texts.includes(String(count)), texts.join());
    assert.ok(texts.includes("yes") && texts.includes("predicted class"));
  });

  it("draw residuals of more rows than a call has arguments", () => {
    const observed = Float64Array.from({ length: 300_000 }, (_, i) => i % 7);
    const chart = residualPlot({ observed, predicted: observed.map((value) => value / 2) });
    assert.match(chart.toString(), /Residuals of 300,?000 rows.*predictions from 0 to 3\b/);
  });

  it("weigh residuals as evaluate does, and leave out rows of weight 0", () => {
    const sampleWeight = y.map((_, i) => i % 3);
    const weighted = evaluate(new SmoothLasso({ lambda: 0.1 }).fit(X, y), X, y, { sampleWeight });
    const rms = Math.sqrt(weighted.meanSquaredError!).toPrecision(3).replace(/0+$/, "");
    assert.match(
      residualPlot(weighted).toString(),
      new RegExp(`Residuals of 40 rows, root mean square ${rms}\\b`),
    );
  });

  it("begin survival at 1 and end it where the curve does", () => {
    const fit = new SmoothLasso({ datafit: cox(), lambda: 0.01 }).fit(X, times);
    const curves = predictSurvival(fit, { X, y: times }, X.slice(0, 2));
    const chart = survivalPlot(curves, { names: ["first", "second"] });
    const { layer } = chart.spec as unknown as { layer: { data: { values: { x: number; y: number }[] } }[] };
    assert.deepEqual(layer[1].data.values[0], { x: 0, y: 1, name: "first" });
    const end = curves.survival[1].at(-1)!;
    assert.ok(Math.abs(layer[2].data.values.at(-1)!.y - end) < 1e-3);
    assert.match(chart.toString(), /Survival of 2 rows.*first: /);
  });

  it("refuse what makes no sense, in one sentence", () => {
    const refuses = (call: () => unknown, message: string): void =>
      assert.throws(call, { name: "InputError", message });
    const three = y.map((value) => (value > 1 ? "high" : value > -1 ? "mid" : "low"));
    const several = evaluate(
      new SmoothLasso({ datafit: multinomial(), lambda: 0.1 }).fit(X, three),
      X,
      three,
    );
    refuses(
      () => rocPlot(several),
      "rocPlot: evaluation must be what evaluate(fit, X, y) gives for two classes, got an Evaluation",
    );
    refuses(
      () => confusionPlot(ofNumbers),
      "confusionPlot: evaluation must be what evaluate(fit, X, y) gives for classes, got an Evaluation",
    );
    refuses(
      () => residualPlot(ofClasses),
      "residualPlot: evaluation must be what evaluate(fit, X, y) gives for numbers or counts, got an Evaluation",
    );
    const rule =
      "Evaluation.calibration: the response must be of numbers or of two classes with probabilities";
    refuses(() => calibrationPlot(several), `${rule}, got 3 classes`);
    const ofTimes = evaluate(new SmoothLasso({ datafit: cox(), lambda: 0.1 }).fit(X, times), X, times);
    refuses(() => calibrationPlot(ofTimes), `${rule}, got times until an event`);
    const hinge = new SmoothLasso({ datafit: squaredHinge(), lambda: 0.1 }).fit(X, labels);
    refuses(
      () => calibrationPlot(evaluate(hinge, X, labels)),
      `${rule}, got two classes without probabilities`,
    );
    const tasks = X.map((row, i) => [y[i], row[0]]);
    const joint = evaluate(new MultiTaskLasso({ lambda: 0.1 }).fit(X, tasks), X, tasks);
    refuses(() => calibrationPlot(joint), `${rule}, got several responses`);
    refuses(
      () => calibrationPlot([] as Anything),
      "calibrationPlot: evaluation must be what evaluate(fit, X, y) gives, or groups of its calibration(), got an array of 0",
    );
    refuses(
      () => survivalPlot({ times: [1], survival: Array.from({ length: 13 }, () => [1]) }),
      "survivalPlot: the number of curves must be at most 12, got 13; predict fewer rows",
    );
    refuses(
      () => survivalPlot({ times: [1], survival: [[1.5]] }),
      "survivalPlot: survival[0][0] must be within [0, 1], got 1.5",
    );
  });
});
