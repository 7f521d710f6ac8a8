import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBConnection } from "@duckdb/node-api";
import { logistic, type ProgressEvent, SmoothLasso } from "../../src";
import { fileDataset, fileDesign, summarizeFile } from "../../src/frame";
import type { Anything } from "../support/bad-input";

const openers = { fileDesign, summarizeFile, fileDataset };

describe("the opening of files", () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const { runAndReadAll, interrupt } = DuckDBConnection.prototype;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "opening-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    DuckDBConnection.prototype.runAndReadAll = runAndReadAll;
    DuckDBConnection.prototype.interrupt = interrupt;
  });

  it("writes the rule for values once, however many columns there are, since DuckDB takes milliseconds to plan it", async () => {
    const countLooks = async (nColumns: number): Promise<number> => {
      const names = Array.from({ length: nColumns }, (_, j) => `x${j}`);
      const row = (i: number) => names.map((_, j) => `${i * j}`).join(",");
      writeFileSync(at("wide.csv"), [names.join(","), row(1), row(2), row(3)].join("\n"));
      const asked: string[] = [];
      DuckDBConnection.prototype.runAndReadAll = function (sql: string) {
        asked.push(sql);
        return runAndReadAll.call(this, sql);
      };
      await fileDesign(at("wide.csv"), { response: "x1" });
      return asked.join("\n").split("regexp").length - 1;
    };
    const few = await countLooks(3);
    assert.ok(few > 0);
    assert.equal(await countLooks(60), few);
  });

  describe("of several megabytes", () => {
    // Files are read in pieces of one megabyte.
    const nRows = 400_000;
    const names = ["large-0.csv", "large-1.csv.gz"];
    before(() => {
      const text = `a,y\n${Array.from({ length: nRows }, (_, i) => `${i},${i % 7}.5`).join("\n")}\n`;
      writeFileSync(at(names[0]), text);
      writeFileSync(at(names[1]), gzipSync(text));
    });

    it("tells how many rows are counted so far, and all of them at the end", async () => {
      const events: ProgressEvent[] = [];
      const onProgress = (event: ProgressEvent) => events.push(event);
      await fileDesign(names.map(at), { response: "y", onProgress });
      assert.ok(events.length >= 2);
      for (const { task } of events) assert.equal(task, "fileDesign, counting rows");
      const { done, total, message } = events[events.length - 1];
      assert.deepEqual([done, total, message], [2 * nRows, 2 * nRows, `${2 * nRows} rows`]);
      for (const [k, event] of events.slice(0, -1).entries()) {
        assert.equal(event.total, Number.POSITIVE_INFINITY);
        assert.ok(event.done > 0 && event.done <= events[k + 1].done);
      }
    });

    it("tells of the rows of a summary too", async () => {
      const events: ProgressEvent[] = [];
      await summarizeFile(at(names[0]), { response: "y", onProgress: (event) => events.push(event) });
      const ends = events.filter(({ done, total }) => done === total).map(({ task, done }) => [task, done]);
      assert.deepEqual(ends, [
        ["summarizeFile, counting rows", nRows],
        ["summarizeFile", nRows],
      ]);
    });

    for (const name of names)
      for (const [where, open] of Object.entries(openers))
        it(`ends within a piece of ${name} once the signal of ${where} is aborted`, async () => {
          let looks = 0;
          const signal = {
            get aborted() {
              return ++looks > 2;
            },
          };
          DuckDBConnection.prototype.runAndReadAll = () => assert.fail("DuckDB is asked");
          await assert.rejects(open(at(name), { response: "y", signal }), {
            name: "InputError",
            message: `${where}: a pass over the rows must not be aborted before there is a fit`,
          });
          // The first look is at the type of the option.
          assert.ok(looks <= 4, `${looks} looks`);
        });
  });

  it("interrupts a query of DuckDB that is under way", async () => {
    writeFileSync(at("small.csv"), "a,y\n1,2\n3,4\n4,7\n");
    const signal = { aborted: false };
    let end = (_: Error): void => {};
    DuckDBConnection.prototype.interrupt = () => end(new Error("INTERRUPT Error: Interrupted!"));
    DuckDBConnection.prototype.runAndReadAll = () => {
      signal.aborted = true;
      return new Promise((_, reject) => {
        end = reject;
      });
    };
    await assert.rejects(
      fileDesign(at("small.csv"), { response: "y", signal }),
      /^InputError: fileDesign: a pass over the rows must not be aborted before there is a fit$/,
    );
  });

  it("refuses listeners and signals that are none", async () => {
    writeFileSync(at("small.csv"), "a,y\n1,2\n3,4\n4,7\n");
    for (const [where, open] of Object.entries(openers)) {
      const tryWith = (options: Anything) => open(at("small.csv"), { response: "y", ...options });
      await assert.rejects(tryWith({ onProgress: true }), {
        name: "InputError",
        message: `${where}: onProgress must be a function, got true`,
      });
      await assert.rejects(tryWith({ signal: new AbortController() }), {
        name: "InputError",
        message: `${where}: signal must be an AbortSignal, got an AbortController`,
      });
    }
    const design = await fileDesign(at("small.csv"), { response: "y" });
    await assert.rejects(
      design.path(new SmoothLasso({ datafit: logistic() }), { signal: new AbortController() } as Anything),
      /^InputError: FileDesign\.path: signal must be an AbortSignal, got an AbortController$/,
    );
  });
});
