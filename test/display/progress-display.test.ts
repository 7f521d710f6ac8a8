import assert from "node:assert/strict";
import {
  durationText,
  type ProgressState,
  progressHTML,
  progressLine,
  streamOutput,
} from "../../src/display/progress-display";

function state(share: number): ProgressState {
  return {
    task: "work",
    units: `${100 * share} of 100`,
    share,
    elapsed: 5,
    rate: 0.5,
    remaining: 65,
    message: "gap 1e-3",
    status: share === 1 ? "done" : "running",
  };
}

function written(shares: readonly number[], terminal: { isTTY?: boolean; columns?: number }): string[] {
  const texts: string[] = [];
  const place = streamOutput({ ...terminal, write: (text) => texts.push(text) });
  for (const share of shares) place.show(state(share));
  return texts;
}

describe("progress in a terminal", () => {
  it("is one line that is written anew, as wide as the terminal, and left at the end", () => {
    const texts = written([0.5, 1], { isTTY: true, columns: 40 });
    assert.equal(texts[0], "\r\u001b[2Kwork  50 % ██████████           50 of 1");
    assert.equal(texts[1], "\r\u001b[2Kwork  100 % ████████████████████ 100 of\n");
  });
});

describe("progress in a log file", () => {
  it("is a line a quarter of the work, and nothing else", () => {
    assert.deepEqual(
      written([0.1, 0.24, 0.25, 0.3, 0.49, 0.8, 0.9, 1], {}).map((line) => line.split(",")[0]),
      ["work: 25 %", "work: 80 %", "work: 100 %"],
    );
    assert.deepEqual(written([1], {}), ["work: 100 %, 100 of 100, 2 s each, 5.0 s, gap 1e-3\n"]);
  });
});

describe("a line of progress", () => {
  it("is cut where the room ends", () => {
    assert.equal(progressLine(state(0.5), 8), "work  50");
    assert.equal(progressLine(state(0.5), 0), "");
  });

  it("has eighths of blocks", () => {
    assert.match(
      progressLine(state(0.125), 100),
      /12 % ██▌ {18}12\.5 of 100, 2 s each, 5\.0 s, 1 min 5 s to go, /,
    );
  });

  it("says how work ended that did not come to its end, in amber", () => {
    for (const status of ["stopped", "interrupted"] as const) {
      const ended = { ...state(0.5), status };
      assert.match(progressLine(ended, 100), new RegExp(`5\\.0 s, gap 1e-3, ${status}$`));
      assert.ok(progressHTML(ended).includes("background-color: #9a6700"));
    }
  });

  it("has no bar where nobody knows how much there is to do, and needs no name", () => {
    const uncounted = { ...state(0.5), share: undefined, remaining: Number.NaN, message: "", units: "7" };
    assert.equal(progressLine(uncounted, 100), "work 7, 2 s each, 5.0 s");
    assert.equal(progressLine({ ...uncounted, task: "" }, 100), "7, 2 s each, 5.0 s");
    assert.match(progressLine({ ...state(0.5), task: "" }, 100), /^50 % █{10} {11}50 of 100/);
    assert.ok(!progressHTML(uncounted).includes("width"));
  });

  it("is escaped in HTML", () => {
    const html = progressHTML({ ...state(0.5), task: "<b>", message: "a & b" });
    assert.ok(html.includes("&lt;b&gt;") && html.includes("a &amp; b") && html.includes("width: 100px"));
  });

  it("has times that one reads at a glance", () => {
    assert.deepEqual([0, 9.94, 9.96, 59.4, 200, 7500].map(durationText), [
      "0.0 s",
      "9.9 s",
      "10 s",
      "59 s",
      "3 min 20 s",
      "2 h 5 min",
    ]);
  });
});
