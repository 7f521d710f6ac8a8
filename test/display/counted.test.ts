import assert from "node:assert/strict";
import { counted } from "../../src/display/counted";

describe("counted", () => {
  it("gives one thing no s", () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => counted(count, "fold")),
      ["0 folds", "1 fold", "2 folds"],
    );
  });
});
