import assert from "node:assert/strict";
import type { MimeBundle } from "../../src/display/mime-bundle";
import type { ProgressListener } from "../../src/display/progress";
import { automaticProgress, progressBar, throttledProgress } from "../../src/display/progress-display";
import { SmoothLasso } from "../../src/index";

const HOST = Symbol.for("smooth-edges.kernel");

type Shown = { readonly text: string; readonly html: string; readonly id: string; readonly isFirst: boolean };

/** What is shown in a kernel while `work` runs, on a clock that `work` sets. */
function shownInKernel(work: (tick: (milliseconds: number) => void) => void): Shown[] {
  const shown: Shown[] = [];
  let now = 0;
  const { now: clock } = performance;
  const progress = (data: MimeBundle, id: string, isFirst: boolean): void => {
    shown.push({ text: String(data["text/plain"]), html: String(data["text/html"]), id, isFirst });
  };
  Object.defineProperty(globalThis, HOST, { value: { progress }, configurable: true });
  performance.now = () => now;
  try {
    work((milliseconds) => {
      now += milliseconds;
    });
  } finally {
    performance.now = clock;
    Reflect.deleteProperty(globalThis, HOST);
  }
  return shown;
}

function hearSteps(listener: ProgressListener, tick: (milliseconds: number) => void, each: number): void {
  for (let done = 1; done <= 4; done++) {
    tick(each);
    listener({ task: "work", done, total: 4, message: `step ${done}` });
  }
}

describe("a progress bar", () => {
  it("moves in one output of a notebook, with rate and remaining time", () => {
    const shown = shownInKernel((tick) => hearSteps(progressBar(), tick, 2000));
    assert.deepEqual(
      shown.map(({ text }) => text),
      [
        "work  25 % █████                1 of 4, 2 s each, 2.0 s, 6.0 s to go, step 1",
        "work  50 % ██████████           2 of 4, 2 s each, 4.0 s, 4.0 s to go, step 2",
        "work  75 % ███████████████      3 of 4, 2 s each, 6.0 s, 2.0 s to go, step 3",
        "work  100 % ████████████████████ 4 of 4, 2 s each, 8.0 s, step 4",
      ],
    );
    assert.deepEqual(
      shown.map(({ isFirst }) => isFirst),
      [true, false, false, false],
    );
    assert.equal(new Set(shown.map(({ id }) => id)).size, 1);
    assert.match(shown[0].html, /width: 50px/);
    assert.match(shown[3].html, /width: 200px/);
  });

  it("is drawn at most ten times a second, and at the end", () => {
    const shown = shownInKernel((tick) => {
      const listener = progressBar();
      for (let done = 1; done <= 1000; done++) {
        tick(1);
        listener({ task: "work", done, total: 1000, message: "" });
      }
    });
    assert.equal(shown.length, 11);
    assert.match(shown[10].text, /1000 of 1000/);
  });

  it("that comes late says nothing of short work, and all of long work", () => {
    const delay = 2000;
    assert.deepEqual(
      shownInKernel((tick) => hearSteps(progressBar({ delay }), tick, 499)),
      [],
    );
    const shown = shownInKernel((tick) => hearSteps(progressBar({ delay }), tick, 1000));
    assert.deepEqual(
      shown.map(({ text }) => /(\d) of 4/.exec(text)?.[1]),
      ["2", "3", "4"],
    );
    assert.match(shown[0].text, /1\/s, 2\.0 s, 2\.0 s to go/);
  });

  it("follows one work after the other, each in an output of its own", () => {
    const shown = shownInKernel((tick) => {
      const listener = progressBar();
      hearSteps(listener, tick, 1000);
      hearSteps(listener, tick, 500);
      listener({ task: "left", done: 1, total: 4, message: "" });
      tick(1000);
      listener({ task: "other", done: 1, total: 4, message: "" });
    });
    assert.equal(shown.length, 10);
    assert.equal(new Set(shown.map(({ id }) => id)).size, 4);
    assert.match(shown[7].text, /2\/s, 2\.0 s, step 4$/);
  });

  it("ends where work was interrupted, with what was done of it", () => {
    const shown = shownInKernel((tick) => {
      const listener = progressBar();
      tick(1000);
      listener({ task: "path", done: 2, total: 4, message: "lambda 0.1" });
      tick(50);
      listener({
        task: "path",
        done: 2,
        total: 4,
        interrupted: true,
        message: "interrupted after 2 lambdas",
      });
      tick(50);
      listener({ task: "path", done: 1, total: 4, message: "the next one" });
    });
    assert.match(shown[1].text, /path {2}50 % .*2 of 4.*interrupted after 2 lambdas$/);
    assert.doesNotMatch(shown[1].text, /to go/);
    assert.equal(shown[0].id, shown[1].id);
    assert.notEqual(shown[2].id, shown[1].id);
  });

  it("goes by the share where units do not tell, and never back", () => {
    const shown = shownInKernel((tick) => {
      const listener = progressBar();
      for (const [k, share] of [0.5, 0.25, 0.75].entries()) {
        tick(1000);
        listener({ task: "fit", done: k + 1, total: 10_000, share, message: "gap" });
      }
      tick(1000);
      listener({ task: "fit", done: 10_000, total: 10_000, message: "converged" });
    });
    assert.deepEqual(
      shown.map(({ text }) => text.replace(/█+ */, "")),
      [
        "fit  50 % 1/s, 1.0 s, 1.0 s to go, gap",
        "fit  50 % 1/s, 2.0 s, 2.0 s to go, gap",
        "fit  75 % 1/s, 3.0 s, 1.0 s to go, gap",
        "fit  100 % 4.0 s, converged",
      ],
    );
  });

  it("refuses a delay that is no time", () => {
    assert.throws(() => progressBar({ delay: -1 }), {
      name: "InputError",
      message: "progressBar: delay must be a number >= 0, got -1",
    });
  });
});

describe("work without a listener", () => {
  it("shows a bar by itself in a kernel, and only where it is long", () => {
    const shown = shownInKernel((tick) => {
      const tell = throttledProgress("work", 3, undefined);
      for (let done = 1; done <= 3; done++) {
        tick(1500);
        tell(done, () => "");
      }
    });
    assert.deepEqual(
      shown.map(({ text }) => /(\d) of 3/.exec(text)?.[1]),
      ["2", "3"],
    );
  });

  it("shows none elsewhere", () => {
    assert.equal(automaticProgress(), undefined);
  });

  it("tells of a path its lambda, its features and its certificate", () => {
    const shown = shownInKernel((tick) => {
      const onProgress: ProgressListener = (event) => {
        tick(1000);
        bar(event);
      };
      const bar = progressBar();
      const X = [
        [1, 0],
        [0, 1],
        [1, 1],
        [2, 1],
      ];
      new SmoothLasso().path(X, [1, 0, 1, 2], { lambdas: [0.1], onProgress });
      new SmoothLasso({ lambda: 0.1 }).fit(X, [1, 0, 1, 2], { onProgress });
    });
    assert.match(shown[0].text, /^SmoothLasso.path .* 1 of 1, .*, lambda 0\.1, 1 feature$/);
    assert.match(
      shown.at(-1)!.text,
      /^SmoothLasso.fit .*, converged after 1 iteration, relative duality gap \S+$/,
    );
  });
});
