/** Summaries of parts of a table: merged they are that of the table, and as JSON they keep every bit. */
import assert from "node:assert/strict";
import { InputError } from "../../src/errors";
import { mergeMomentSummaries, momentSummaryFromJSON } from "../../src/frame";
import { MomentSummary } from "../../src/frame/moment-summary";
import { seededRandom } from "../../src/random/random";
import type { Anything } from "../support/bad-input";

const featureNames = ["a", "b", "c"];

/** Rows whose means are far from zero, and further in the second half. */
function rows(nRows: number): number[][] {
  const random = seededRandom(5);
  return Array.from({ length: nRows }, (_, i) => {
    const shift = i < nRows / 2 ? 1e4 : 2e4;
    const z = random.normal();
    return [shift + z, 100 * random.normal(), random.normal() - z, shift - z + random.normal()];
  });
}

/** The moments by their definition: first the means, then the sums of products around them. */
function summaryOf(table: readonly number[][]): MomentSummary {
  const [n, p] = [table.length, featureNames.length + 1];
  const means = Float64Array.from({ length: p }, (_, j) =>
    n === 0 ? 0 : table.reduce((sum, row) => sum + row[j], 0) / n,
  );
  const covariance = Float64Array.from({ length: p * p }, (_, at) => {
    const [j, k] = [Math.floor(at / p), at % p];
    const sum = table.reduce((total, row) => total + (row[j] - means[j]) * (row[k] - means[k]), 0);
    return n === 0 ? 0 : sum / n;
  });
  return new MomentSummary({
    featureNames,
    responseName: "y",
    nSamples: n,
    nDropped: n % 3,
    means,
    covariance,
  });
}

function assertSame(found: MomentSummary, wanted: MomentSummary): void {
  assert.equal(found.nSamples, wanted.nSamples);
  const p = wanted.means.length;
  const deviation = (j: number): number => Math.sqrt(wanted.covariance[j * p + j]);
  wanted.means.forEach((mean, j) => {
    assert.ok(Math.abs(found.means[j] - mean) <= 1e-12 * (Math.abs(mean) + deviation(j)), `mean ${j}`);
  });
  wanted.covariance.forEach((value, at) => {
    const scale = deviation(Math.floor(at / p)) * deviation(at % p);
    assert.ok(Math.abs(found.covariance[at] - value) <= 1e-12 * scale, `covariance ${at}`);
  });
}

describe("mergeMomentSummaries", () => {
  const table = rows(101);
  const parts = [table.slice(0, 7), [], table.slice(7, 8), table.slice(8, 60), table.slice(60)].map(
    summaryOf,
  );

  it("gives the moments of all rows, whatever the order and the nesting of the parts", () => {
    const whole = summaryOf(table);
    const [a, b, c, d, e] = parts;
    assertSame(mergeMomentSummaries(parts), whole);
    assertSame(mergeMomentSummaries([e, b, d, a, c]), whole);
    assertSame(
      mergeMomentSummaries([
        mergeMomentSummaries([b, c]),
        mergeMomentSummaries([a, mergeMomentSummaries([d, e])]),
      ]),
      whole,
    );
  });

  it("adds the rows that were dropped, and takes parts without rows", () => {
    assert.equal(
      mergeMomentSummaries(parts).nDropped,
      parts.reduce((sum, { nDropped }) => sum + nDropped, 0),
    );
    const none = summaryOf([]);
    assert.deepEqual(mergeMomentSummaries([none, none]), none);
    assert.deepEqual(mergeMomentSummaries([none, parts[0]]).means, parts[0].means);
  });

  it("refuses a part that comes twice, but for parts of a single row", () => {
    const again = momentSummaryFromJSON(JSON.stringify(parts[0]));
    assert.throws(
      () => mergeMomentSummaries([...parts, again]),
      new InputError(
        `mergeMomentSummaries: summaries[${parts.length}] must be of other rows than summaries[0], got the same means and covariances of ${parts[0].nSamples} rows; leave one of them out`,
      ),
    );
    const one = summaryOf(rows(1));
    assert.equal(mergeMomentSummaries([one, one]).nSamples, 2);
  });

  it("takes distinct parts of equal moments: of few rows, and without variance", () => {
    const two = summaryOf([
      [0, 0, 1, 1],
      [1, 1, 0, 2],
    ]);
    const other = summaryOf([
      [1, 1, 0, 2],
      [0, 0, 1, 1],
    ]);
    assert.deepEqual(mergeMomentSummaries([two, other]).means, two.means);
    assert.equal(mergeMomentSummaries([two, other]).nSamples, 4);
    const idle = summaryOf(Array.from({ length: 60 }, () => [0, 0, 0, 0]));
    const day = mergeMomentSummaries(Array.from({ length: 24 }, () => idle));
    assert.equal(day.nSamples, 24 * 60);
    assert.ok([...day.means, ...day.covariance].every((value) => value === 0));
  });

  it("refuses parts of other columns, naming the first difference", () => {
    const other = (fields: object): MomentSummary => new MomentSummary({ ...parts[0], ...fields });
    for (const [fields, got] of [
      [{ responseName: "z" }, 'got the response "z" for "y"'],
      [{ featureNames: ["a", "c", "b"] }, 'got "c" for feature 1, "b"'],
      [{ featureNames: ["a"] }, "got 1 features for 3"],
    ] as const) {
      assert.throws(
        () => mergeMomentSummaries([parts[0], other(fields)]),
        new InputError(`mergeMomentSummaries: summaries[1] must have the columns of summaries[0], ${got}`),
      );
    }
    assert.throws(
      () => mergeMomentSummaries([]),
      new InputError(
        "mergeMomentSummaries: summaries must be an array of at least one summary, got an array of 0",
      ),
    );
    assert.throws(
      () => mergeMomentSummaries([parts[0], {}] as Anything),
      new InputError(
        "mergeMomentSummaries: summaries[1] must be a summary, such as of summarizeFile, got an object",
      ),
    );
  });
});

describe("momentSummaryFromJSON", () => {
  it("reads the same bits that were written", () => {
    const summary = summaryOf(rows(20));
    summary.covariance[1] = -0;
    summary.covariance[4] = -0;
    const read = momentSummaryFromJSON(JSON.stringify(summary));
    assert.deepEqual(read, summary);
    assert.ok(Object.is(read.covariance[1], -0));
  });

  const json = summaryOf(rows(9)).toJSON();
  const damaged: readonly (readonly [object, RegExp])[] = [
    [{ version: 2 }, /version must be at most 1, got 2; update smooth-edges to read it$/],
    [{ format: "smooth-edges/encoder" }, /format must be .*; encoderFromJSON reads it$/],
    [
      { featureNames: ["a", "b", "y"] },
      /featureNames must be at least one name, each another than the others/,
    ],
    [
      { featureNames: ["a", "b"] },
      /means must be an array of 3, one a feature and the response, got an array of 4$/,
    ],
    [
      { covariance: json.covariance.with(1, 7) },
      /covariance must be a symmetric matrix of 4 x 4 covariances/,
    ],
    [
      { covariance: json.covariance.with(0, -1) },
      /covariance must be a symmetric matrix of 4 x 4 covariances/,
    ],
    [{ covariance: json.covariance.slice(1) }, /covariance must be a symmetric matrix of 4 x 4 covariances/],
    [
      { covariance: json.covariance.with(2, 1e9).with(8, 1e9) },
      /covariance must be a symmetric matrix of 4 x 4/,
    ],
    [{ nSamples: 2.5 }, /nSamples must be a whole number >= 0, got 2.5$/],
  ];
  for (const [fields, message] of damaged) {
    it(`refuses ${Object.entries(fields).map(([name, value]) => `${name} ${String(value).slice(0, 20)}`)}`, () => {
      assert.throws(() => momentSummaryFromJSON({ ...json, ...fields }), { name: "InputError", message });
    });
  }
});
