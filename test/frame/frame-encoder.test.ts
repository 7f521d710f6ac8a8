import assert from "node:assert/strict";
import type { RowMajorMatrix } from "../../src/design/design-input";
import { InputError } from "../../src/errors";
import { encoderFromJSON } from "../../src/frame/frame-encoder";
import { fromFrame } from "../../src/frame/from-frame";
import { SmoothLasso } from "../../src/index";
import type { Anything } from "../support/bad-input";

const frame = { area: [50, 70, 90, 60], city: ["Ulm", "Bonn", "Kiel", "Ulm"], rent: [9, 14, 15, 10] };
const dataOf = (X: unknown): number[] => [...(X as RowMajorMatrix & { data: Float64Array }).data];

describe("a frame's encoder", () => {
  it("finds columns by name, in any order, among others", () => {
    const { encode } = fromFrame(frame, { response: "rent" });
    assert.deepEqual(dataOf(encode({ noise: ["?"], city: ["Kiel"], area: [80] })), [80, 0, 1, 0]);
  });

  it("keeps its levels where a new frame has fewer", () => {
    const { encode, featureNames } = fromFrame(frame, { response: "rent" });
    const X = encode({ area: [1, 2], city: ["Ulm", "Ulm"] });
    assert.deepEqual(X.featureNames, featureNames);
    assert.deepEqual(dataOf(X), [1, 0, 0, 1, 2, 0, 0, 1]);
  });

  it("names columns that are missing", () => {
    const { encode } = fromFrame(frame, { response: "rent" });
    assert.throws(
      () => encode({ area: [1] }),
      new InputError('FrameEncoder.encode: X must have every column of the fit, got none called "city"'),
    );
  });

  it("refuses a level it has not seen, or reads it as none", () => {
    const { encode } = fromFrame(frame, { response: "rent" });
    assert.throws(
      () => encode({ area: [1], city: ["Köln"] }),
      new InputError(
        'FrameEncoder.encode: column "city", row 0 must be a level of the training data, "Bonn", "Kiel" or "Ulm", got "Köln"; an encoder learnt with unknown: "zero" takes it for none of them',
      ),
    );
    const lenient = fromFrame(frame, { response: "rent", unknown: "zero" });
    assert.deepEqual(dataOf(lenient.encode({ area: [1], city: ["Köln"] })), [1, 0, 0, 0]);
  });

  it("refuses another kind of value even where unknown levels are none", () => {
    const { encode } = fromFrame(frame, { response: "rent", unknown: "zero" });
    assert.throws(() => encode({ area: [1], city: [7] }), /column "city", row 0 must be a text/);
    assert.throws(() => encode({ area: ["1"], city: ["Ulm"] }), /column "area", row 0 must be a number/);
  });

  it("reads levels that are bigints like the numbers they are", () => {
    const { encode } = fromFrame({ size: [3, 1, 2], y: [1, 2, 3] }, { response: "y", categorical: ["size"] });
    assert.deepEqual(dataOf(encode({ size: [2n] })), [0, 1, 0]);
  });

  it("predicts a row in a frame of one as in a frame of all", () => {
    const { X, y, encode } = fromFrame(frame, { response: "rent" });
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    const all = fit.predict(encode(frame));
    for (let i = 0; i < 4; i++) {
      const one = { rent: [frame.rent[i]], city: [frame.city[i]], area: [frame.area[i]] };
      assert.equal(fit.predict(encode(one))[0], all[i]);
    }
  });

  it("is the same after JSON, to the last bit", () => {
    const holes = { ...frame, area: [50, null, 90.1, 60] };
    for (const options of [{}, { drop: "none", unknown: "zero" }, { sparse: true }] as const) {
      const { encoder } = fromFrame(holes, { response: "rent", missing: "mean", ...options });
      const again = encoderFromJSON(JSON.stringify(encoder));
      const fresh = { area: [null, 3], city: ["Bonn", null] };
      assert.deepEqual(again.encode(fresh), encoder.encode(fresh));
      assert.deepEqual(again.groups, encoder.groups);
      assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(encoder)));
    }
  });

  const { encoder } = fromFrame(frame, { response: "rent" });
  const changed = (change: (json: Anything) => void): Anything => {
    const json = JSON.parse(JSON.stringify(encoder));
    change(json);
    return json;
  };
  const broken: Record<string, [Anything, string]> = {
    "of a newer version": [
      changed((json) => {
        json.version = 4;
      }),
      "version must be at most 3, got 4; update smooth-edges to read it",
    ],
    "of an older version": [
      changed((json) => {
        json.version = 2;
      }),
      "version must be 3, got 2; write the file again from what it was made of",
    ],
    "of another kind": [
      { format: "smooth-edges/fit" },
      'format must be "smooth-edges/encoder", got "smooth-edges/fit"; fitFromJSON reads it',
    ],
    "cut short": [
      '{"format": "smooth',
      'json must be the text of a JSON value, got "{\\"format\\": \\"smooth"',
    ],
    "with a level twice": [
      changed((json) => {
        json.columns[1].levels[1] = "Bonn";
      }),
      "columns[1].levels must be null or distinct levels of one kind, got an array of 3",
    ],
    "with too few means": [
      changed((json) => {
        json.columns[1].means = [1];
      }),
      "columns[1].means must be null or an array of 3, one a feature, got an array of 1",
    ],
  };
  for (const [what, [json, message]] of Object.entries(broken)) {
    it(`is not read from JSON ${what}`, () => {
      assert.throws(() => encoderFromJSON(json), new InputError(`encoderFromJSON: ${message}`));
    });
  }
});
