/** Draws half-samples and bootstrap samples within strata. */
import type { Datafit, ResponseType } from "../datafits";
import { classNumbers } from "../estimators/options/model-data";
import type { SeededRandom } from "../random/random";

/**
 * The rows of positive weight by stratum: those of a class, for survival events and censored rows apart, else all. So
 * every resample has all classes, or an event, where the data have.
 *
 * @param target of several responses one after the other.
 */
export function strataOf(
  target: Float64Array,
  weights: Float64Array,
  { response }: Pick<Datafit, "response"> = { response: "numbers" },
): Int32Array[] {
  const labels = labelsOf[response]?.(target, weights.length);
  const strata = new Map<number, number[]>();
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    const label = labels?.[i] ?? 0;
    const members = strata.get(label);
    if (members) members.push(i);
    else strata.set(label, [i]);
  }
  return [...strata.values()].map((rows) => Int32Array.from(rows));
}

const labelsOf: Partial<Record<ResponseType, (target: Float64Array, nSamples: number) => Float64Array>> = {
  classes: classNumbers,
  times: (times) => times.map(Math.sign),
};

/**
 * Two halves of the rows that have none in common: 1 for each row of a half, 0 for the others. One row is in neither
 * where their number is odd; of each stratum the halves have equally many, or one more or less.
 */
export function complementaryHalves(
  strata: readonly Int32Array[],
  nSamples: number,
  random: SeededRandom,
): [Float64Array, Float64Array] {
  const halves: [Float64Array, Float64Array] = [new Float64Array(nSamples), new Float64Array(nSamples)];
  const shuffled = strata.map((rows) => {
    const order = rows.slice();
    random.shuffle(order);
    return order;
  });
  const dealt = shuffled.flatMap((rows) => [...rows]);
  for (let k = 0; k + 1 < dealt.length; k += 2) {
    halves[0][dealt[k]] = 1;
    halves[1][dealt[k + 1]] = 1;
  }
  return halves;
}

/** How often each row comes in a bootstrap sample: of each stratum as many as it has, drawn with replacement. */
export function bootstrapCounts(
  strata: readonly Int32Array[],
  nSamples: number,
  random: SeededRandom,
): Float64Array {
  const counts = new Float64Array(nSamples);
  for (const rows of strata) {
    for (let k = 0; k < rows.length; k++) counts[rows[Math.floor(rows.length * random.uniform())]]++;
  }
  return counts;
}
