import { Table, TableResult } from "../../display/table";
import type { SupportRecovery } from "./support-recovery";

/** A topic that {@link diagnose} looks at. */
export type DiagnosisTopic =
  | "convergence"
  | "basin of zero"
  | "spread over starts"
  | "local convexity"
  | "conditioning of the active columns"
  | "conditioning of the surrogate"
  | "finite-time misalignment"
  | "minimum magnitude"
  | "data"
  | "support recovery";

/** The finding about one topic. */
export interface DiagnosisItem {
  /** The topic of the finding. */
  readonly topic: DiagnosisTopic;
  /** The number that it rests on; undefined where it cannot be known. */
  readonly value: number | undefined;
  /** `"look"` where there is something to do; `"needs the data"` for a fit that was read from JSON. */
  readonly verdict: "fine" | "look" | "needs the data";
  /** One sentence: what the number is, and what to do. */
  readonly advice: string;
}

/** The findings about a fit, topic by topic: a value that shows itself as a table. */
export class Diagnosis extends TableResult {
  /** The estimator that was diagnosed, and its lambda. */
  readonly estimator: string;
  /** One a topic that applies to the fit. */
  readonly items: readonly DiagnosisItem[];
  /** How well the truth was found, where it was given. */
  readonly recovery: SupportRecovery | undefined;

  constructor(estimator: string, items: readonly DiagnosisItem[], recovery?: SupportRecovery) {
    super();
    this.estimator = estimator;
    this.items = items;
    this.recovery = recovery;
  }

  /** Returns the finding about a topic; undefined where it does not apply to the fit. */
  of(topic: DiagnosisTopic): DiagnosisItem | undefined {
    return this.items.find((item) => item.topic === topic);
  }

  /** One line a topic, what to look at first. */
  summary(): Table {
    const looks = this.items.filter(({ verdict }) => verdict === "look");
    const order = [...looks, ...this.items.filter((item) => !looks.includes(item))];
    const { length } = looks;
    const count =
      length === 0 ? "no numerical problem" : `${length === 1 ? "one thing" : `${length} things`} to look at`;
    return new Table({
      title: `Diagnosis of ${this.estimator}: ${count}`,
      columns: ["topic", "verdict", "value", "finding"],
      rows: order.map(({ topic, verdict, value, advice }) => [
        topic,
        verdict,
        value === undefined ? undefined : shown(value),
        advice,
      ]),
    });
  }
}

/** Values of all sizes in one column. */
function shown(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e6)
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(1);
}
