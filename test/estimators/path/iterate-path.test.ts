/** Paths that are followed in a loop: their fits are those of the path, and the loop and a signal end them. */
import assert from "node:assert/strict";
import { iteratePath, logistic, SmoothGroupLasso, SmoothLasso, SmoothMcp, squaredError } from "../../../src";
import { InputError } from "../../../src/errors";
import { pipeline } from "../../../src/frame";
import { seededRandom } from "../../../src/random/random";
import type { Anything } from "../../support/bad-input";
import { warningsDuring } from "../../support/warnings";

const random = seededRandom(7);
const X = Array.from({ length: 50 }, () => Array.from({ length: 6 }, () => random.normal()));
const y = X.map(([a, b, c]) => 2 * a - b + 0.3 * c + 0.5 * random.normal());
const [classes, tasks] = [y.map((value) => (value > 0 ? 1 : 0)), y.map((value, i) => [value, -X[i][3]])];

type Steps = AsyncGenerator<Anything, Anything, void>;

async function all(steps: Steps): Promise<{ fits: Anything[]; path: Anything }> {
  const fits: Anything[] = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { fits, path: value };
    fits.push(value);
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("iteratePath", () => {
  const several = squaredError({ nResponses: 2 });
  const cases: Readonly<Record<string, readonly [model: Anything, y: Anything]>> = {
    "of a squared error": [new SmoothLasso(), y],
    "of classes": [new SmoothLasso({ datafit: logistic() }), classes],
    "of several responses": [new SmoothGroupLasso({ groups: "rows", datafit: several }), tasks],
  };
  for (const [what, [model, response]] of Object.entries(cases))
    it(`gives the fits of path, to the last bit, and in the end the path, ${what}`, async () => {
      const options = { nLambdas: 30 };
      const path = model.path(X, response, options);
      const found = await all(iteratePath(model, X, response, options) as Steps);
      assert.deepEqual(plain(found.fits), plain(path.fits));
      assert.deepEqual(plain(found.path), plain(path));
      assert.equal(found.path.status, "complete");
    });

  it("gives a path of a penalty that is not convex improved in the end", async () => {
    const model = new SmoothMcp();
    const path = model.path(X, y, { nLambdas: 20 });
    const found = await all(iteratePath(model, X, y, { nLambdas: 20 }) as Steps);
    assert.deepEqual(plain(found.path), plain(path));
    assert.equal(found.fits.length, path.fits.length);
    found.fits.forEach((fit, k) => {
      assert.ok(path.fits[k].certificate.objective <= fit.certificate.objective * (1 + 1e-9));
    });
  });

  it("fits a frame as its pipeline does", async () => {
    const frame = { a: X.map(([a]) => a), b: X.map((row) => row[1]), y };
    const model = pipeline({ response: "y" }, new SmoothLasso());
    const { fits } = await all(iteratePath(model, frame, { nLambdas: 10 }) as Steps);
    const { a, b } = frame;
    assert.deepEqual(plain(fits), plain(new SmoothLasso().path({ a, b }, y, { nLambdas: 10 }).fits));
  });

  it("gives way to other work between two fits, which may abort it", async () => {
    const lambdas = Array.from({ length: 20 }, (_, k) => 0.7 ** k);
    let turns = 0;
    const controller = new AbortController();
    const timer = setInterval(() => {
      turns++;
      if (turns === 3) controller.abort();
    });
    try {
      const { signal } = controller;
      const { fits, path } = await all(iteratePath(new SmoothLasso(), X, y, { lambdas, signal }) as Steps);
      assert.ok(turns >= 3);
      assert.ok(fits.length > 0 && fits.length < lambdas.length, `${fits.length} fits`);
      assert.equal(path.status, "interrupted");
      assert.deepEqual(plain(path.fits), plain(fits));
    } finally {
      clearInterval(timer);
    }
  });

  it("ends with the loop, and tells its progress", async () => {
    const events: number[] = [];
    let count = 0;
    const options = { nLambdas: 30, onProgress: ({ done }: { done: number }) => events.push(done) };
    for await (const fit of iteratePath(new SmoothLasso(), X, y, options)) {
      count++;
      if (fit.support.length >= 2) break;
    }
    const wanted = new SmoothLasso()
      .path(X, y, { nLambdas: 30 })
      .fits.findIndex(({ support }) => support.length >= 2);
    assert.equal(count, wanted + 1);
    assert.equal(events[0], 1);
  });

  it("warns once of fits that did not converge, also where the loop is left", async () => {
    const model = new SmoothLasso({ datafit: logistic(), maxIter: 1, tol: 1e-14 });
    const warnings = await warningsDuring(async () => {
      let count = 0;
      for await (const _ of iteratePath(model, X, classes, { nLambdas: 10 })) if (++count === 4) break;
    });
    assert.equal(warnings.length, 1, String(warnings));
    assert.match(String(warnings[0]), /^ConvergenceWarning: iteratePath: /);
  });

  it("refuses at once what path refuses, and workers", () => {
    const refuses = (message: RegExp, ...args: Anything[]): void => {
      assert.throws(
        () => (iteratePath as Anything)(...args),
        (error: Error) => error instanceof InputError && message.test(error.message),
      );
    };
    refuses(/^iteratePath: every option must be one of .*, got "workers"/, new SmoothLasso(), X, y, {
      workers: 2,
    });
    refuses(/^iteratePath: signal must be an AbortSignal, got an AbortController$/, new SmoothLasso(), X, y, {
      signal: new AbortController(),
    });
    refuses(/^iteratePath: X has 50 rows but y has 2/, new SmoothLasso(), X, [1, 2]);
  });
});
