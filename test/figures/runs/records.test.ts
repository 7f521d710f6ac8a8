import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareStudy } from "../../../figures/runs/compare-study";
import { readManifest, readRecords, recordFiles, writeRecords } from "../../../figures/runs/records";
import { grid, type Study } from "../../../figures/studies/study";
import { UsageError } from "../../../kernel/errors";

/** `k` squared, and the time it took. */
const squares: Study = {
  name: "squares",
  title: "What is the square of a number?",
  tasks: () => grid({ k: [1, 2, 3] }),
  run: ({ parameters }) => ({ square: Number(parameters.k) ** 2, seconds: Math.random() }),
  measured: ["seconds"],
};

const entries = squares.tasks("desk").map(({ id, parameters }) => ({
  task: id,
  result: { square: Number(parameters.k) ** 2, seconds: 7 },
  seconds: 60,
  commit: "abc",
}));

describe("the records of a study", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "records-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are read as they were written, in the order of the tasks, whatever the order of the journal", () => {
    writeRecords(folder, "desk", squares, entries);
    const { records } = recordFiles(folder, "desk", "squares");
    const bytes = readFileSync(records);
    writeRecords(folder, "desk", squares, [...entries].reverse());
    assert.deepEqual(readFileSync(records), bytes);
    assert.deepEqual(
      readRecords(squares, "desk", folder).map(({ task, result }) => [task.parameters.k, result.square]),
      [
        [1, 1],
        [2, 4],
        [3, 9],
      ],
    );
    const { tasks, seconds, commits } = readManifest(squares, "desk", folder);
    assert.deepEqual({ tasks, seconds, commits }, { tasks: 3, seconds: 180, commits: ["abc"] });
  });

  it("are not written before all tasks are finished", () => {
    assert.throws(
      () => writeRecords(folder, "desk", squares, [entries[0], entries[2]]),
      new UsageError(
        'squares: 1 of 3 tasks are not finished, the first is "k=2"; run the rest and merge again',
      ),
    );
  });

  it("are refused where they are missing or were changed since", () => {
    assert.throws(
      () => readRecords(squares, "desk", folder),
      new UsageError(
        "squares has no records of the desk setting; make them by npm run reproduce -- --desk squares",
      ),
    );
    writeRecords(folder, "desk", squares, entries);
    const { records } = recordFiles(folder, "desk", "squares");
    appendFileSync(records, "\n");
    assert.throws(
      () => readRecords(squares, "desk", folder),
      new UsageError(`${records} is not the file that its manifest describes; make both anew`),
    );
  });

  it("agree with tasks that are computed again, but for what is measured", () => {
    writeRecords(folder, "desk", squares, entries);
    const again = entries.map((entry) => ({ ...entry, result: { ...entry.result, seconds: 8 } }));
    assert.equal(compareStudy(squares, again, folder), undefined);
    const wrong = [{ ...entries[1], result: { square: 4.1, seconds: 7 } }];
    assert.equal(
      compareStudy(squares, wrong, folder),
      'task "k=2" differs from the committed records at result.square: got 4.1, committed 4',
    );
    const unknown = [{ ...entries[1], task: "k=9" }];
    assert.equal(compareStudy(squares, unknown, folder), 'the committed records lack the task "k=9"');
  });
});
