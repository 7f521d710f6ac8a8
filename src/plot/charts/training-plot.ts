import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { thinOut } from "../layout/axes";
import { heading, shortNumber } from "../layout/labels";
import { checkWidth, type PictureOptions } from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import { panelFrame, seriesPanel } from "./parts/series-panel";

/** The number of an epoch and its metrics. */
export interface TrainingRecord {
  /** Ascending from record to record. */
  readonly epoch: number;
  readonly [metric: string]: number | null | undefined;
}

/** One metric with its values, NaN where none was measured. */
interface Metric {
  readonly name: string;
  readonly values: readonly number[];
}

const MAX_EPOCHS = 1000;
/** From this ratio of the largest to the smallest on, positive values without an upper end are drawn by their logarithms. */
const LOG_RATIO = 30;

/**
 * Draws a training over its epochs: a panel for each metric, in which its value on validation data (`valLoss` or `val_loss` beside
 * `loss`) has a line too.
 *
 * Positive metrics that span more than a factor of 30, except those within [0, 1] such as an accuracy, have a logarithmic
 * axis. A value that is missing or not finite interrupts its line, and the first such epoch is named below the title.
 *
 * @param records one an epoch, ascending, with any metrics; such as `[{ epoch: 1, loss: 0.9, valLoss: 1.1, sparsity: 0.2 }]`.
 * @param options `width` of the picture in pixels.
 * @throws InputError when there is no record or metric, epochs do not ascend, a metric is no number, or one is never finite.
 * @example
 * ```ts
 * trainingPlot([{ epoch: 1, loss: 0.9, valLoss: 1.1 }, { epoch: 2, loss: 0.5, valLoss: 0.8 }]);
 * ```
 */
export function trainingPlot(records: readonly TrainingRecord[], options: PictureOptions = {}): Chart {
  checkKeys("trainingPlot", options, ["width"]);
  checkWidth("trainingPlot", options.width);
  const metrics = readMetrics(records);
  const gaps = metrics.flatMap(({ name, values }) => {
    const first = values.findIndex((value, i) => !Number.isFinite(value) && isMeasured(records[i][name]));
    return first < 0 ? [] : [`${name} is not finite in epoch ${records[first].epoch}`];
  });
  const kept = thinOut([...records.keys()], MAX_EPOCHS);
  const panels = panelsOf(metrics);
  const frame = panelFrame(
    options.width,
    metrics.map(({ name }) => name),
  );
  const last = records[records.length - 1].epoch;
  const ends = metrics.map(({ name, values }) => `${name} ${shortNumber(values.findLast(Number.isFinite)!)}`);
  const title = `Training to epoch ${last}: ${ends.slice(0, 3).join(", ")}`;
  const remarks = [
    ...gaps,
    ...(kept.length < records.length ? [`${kept.length} of ${records.length} epochs are drawn`] : []),
  ];
  return new Chart({
    description: `Line chart in ${counted(panels.length, "panel")} over ${counted(records.length, "epoch")}. At the end: ${ends.join(", ")}.${remarks.map((remark) => ` ${remark}.`).join("")}`,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], options.width),
    spacing: 12,
    vconcat: panels.map(({ title, lines }, k) =>
      seriesPanel({
        x: kept.map((i) => records[i].epoch),
        xTitle: "epoch",
        last: k === panels.length - 1,
        title,
        log: isLogarithmic(lines),
        series: lines.map(({ name, values }, rank) => ({ name, rank, values: kept.map((i) => values[i]) })),
        key: `training${k}`,
        ...frame,
      }),
    ),
  });
}

/** The metrics in the order in which they first appear. */
function readMetrics(records: readonly TrainingRecord[]): Metric[] {
  const where = "trainingPlot";
  if (!Array.isArray(records))
    throw mustBe(where, "records", "an array with a record an epoch", records, "use tracePlot for a fit");
  if (records.length === 0) throw mustBe(where, "records", "at least one epoch", records);
  for (const [i, record] of records.entries()) {
    const { epoch } = Object(record) as TrainingRecord;
    if (!Number.isFinite(epoch) || (i > 0 && !(epoch > records[i - 1].epoch)))
      throw mustBe(where, `records[${i}].epoch`, "a number above that of the record before", epoch);
  }
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
    (name) => name !== "epoch",
  );
  if (names.length === 0)
    throw mustBe(where, "records", "numbers beside the epoch, such as { epoch: 1, loss: 0.5 }", records);
  return names.map((name) => {
    const values = records.map((record, i) => {
      const value: unknown = Object.hasOwn(record, name) ? record[name] : undefined;
      if (isMeasured(value) && typeof value !== "number")
        throw mustBe(where, `records[${i}].${name}`, "a number", value);
      return typeof value === "number" ? value : Number.NaN;
    });
    if (!values.some(Number.isFinite))
      throw mustBe(where, name, "a finite number in at least one epoch", values[0]);
    return { name, values };
  });
}

function isMeasured(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A metric with its twin on validation data. */
function panelsOf(metrics: readonly Metric[]): { title: string; lines: Metric[] }[] {
  const panels: { title: string; lines: Metric[] }[] = [];
  for (const metric of metrics) {
    const title = trainingName(metric.name);
    const panel = panels.find((each) => each.title === title);
    if (panel) panel.lines.push(metric);
    else panels.push({ title, lines: [metric] });
  }
  return panels;
}

/** `loss` of `valLoss` and `val_loss`. */
function trainingName(name: string): string {
  const camel = /^val([A-Z])(.*)$/s.exec(name);
  return camel ? camel[1].toLowerCase() + camel[2] : name.replace(/^val_(?=.)/, "");
}

function isLogarithmic(lines: readonly Metric[]): boolean {
  const values = lines.flatMap((line) => line.values.filter(Number.isFinite));
  const lowest = values.reduce((a, b) => Math.min(a, b));
  const highest = values.reduce((a, b) => Math.max(a, b));
  const isShare = highest <= 1 && lines.some(({ name }) => SHARES.test(name));
  return lowest > 0 && highest / lowest >= LOG_RATIO && !isShare;
}

/** Returns whether a metric is within [0, 1]. */
const SHARES = /acc|sparsity|precision|recall|auc|f1|share|fraction|rate/i;
