import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { realData } from "../../../figures/studies/real-data";
import { allSplits, FOLDS, SHIPPED, splitOf } from "../../../figures/studies/real-splits";

/** How far the largest count is above the smallest. */
const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

describe("the splits of real data", () => {
  for (const name of Object.keys(SHIPPED)) {
    it(`hold out every row once, and inner folds of about one size: ${name}`, () => {
      const { columns, response } = SHIPPED[name]();
      const rowsOf = (rows: {
        columns: Readonly<Record<string, number[]>>;
        response: readonly unknown[];
      }): string[] =>
        rows.response.map((y, i) =>
          JSON.stringify([y, ...Object.values(rows.columns).map((column) => column[i])]),
        );
      const held = Array.from({ length: FOLDS }, (_, fold) => splitOf(name, 1, fold));
      assert.deepEqual(held.flatMap(({ test }) => rowsOf(test)).sort(), rowsOf({ columns, response }).sort());
      for (const split of held) {
        assert.deepEqual(
          [...rowsOf(split), ...rowsOf(split.test)].sort(),
          rowsOf({ columns, response }).sort(),
        );
        const counts = Array.from({ length: FOLDS }, (_, k) => split.foldId.filter((id) => id === k).length);
        assert.ok(spread(counts) < FOLDS, `${counts}`);
      }
    });
  }

  it("have 10 + 9 + 45 columns of the diabetes data, a feature and its square in a group", () => {
    const { columns, groups } = SHIPPED["diabetes, quadratic"]();
    const names = Object.keys(columns);
    assert.equal(names.length, 64);
    assert.equal(new Set(groups).size, 55);
    assert.equal(groups?.[names.indexOf("bmi × bmi")], groups?.[names.indexOf("bmi")]);
  });

  it("are, for other packages, those of the tasks", () => {
    const placesOf = ({ data, repeat, fold }: Readonly<Record<string, unknown>>): unknown[] => [
      data,
      repeat,
      fold,
    ];
    const tasks = realData.tasks("desk").map(({ parameters }) => parameters);
    assert.deepEqual(
      allSplits(Object.keys(SHIPPED)).map((split) => placesOf({ ...split })),
      tasks.filter(({ data, method }) => method === "lasso" && String(data) in SHIPPED).map(placesOf),
    );
  });

  it("are those that other packages have been given", () => {
    const file = join(__dirname, "../../../../figures/peers/real-data.json");
    const { fits } = JSON.parse(readFileSync(file, "utf8")) as { fits: Record<string, unknown>[] };
    const lasso = fits.filter(({ method }) => method === "lasso");
    assert.deepEqual(
      lasso.map(({ data, repeat, fold }) => [data, repeat, fold]),
      realData
        .tasks("desk")
        .filter(({ parameters: { method } }) => method === "lasso")
        .map(({ parameters: { data, repeat, fold } }) => [data, repeat, fold]),
    );
  });
});
