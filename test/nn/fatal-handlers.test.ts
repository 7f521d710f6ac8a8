import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { withoutFatalHandlers } from "../../src/nn/backend";
import { ROOT } from "../support/tracked-files";

describe("what a backend leaves for errors that nobody catches", () => {
  const count = (): number =>
    process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");

  it("is taken away, and what was there before stays", async () => {
    const [mine, its] = [() => {}, () => {}];
    process.on("unhandledRejection", mine);
    const before = count();
    await withoutFatalHandlers(async () => process.on("unhandledRejection", its));
    assert.equal(count(), before);
    await assert.rejects(
      withoutFatalHandlers(async () => {
        process.on("uncaughtException", its);
        throw new RangeError("no backend");
      }),
      RangeError,
    );
    assert.equal(count(), before);
    process.removeListener("unhandledRejection", mine);
  });

  it("does not end a process that goes on after a stray rejection", () => {
    const code = `
      const { useBestBackend } = require(${JSON.stringify(join(ROOT, "dist/src/nn"))});
      process.on("unhandledRejection", () => {});
      useBestBackend().then(() => {
        Promise.reject(new Error("stray"));
        setTimeout(() => process.stdout.write("alive"), 50);
      });`;
    const { stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
    assert.equal(stdout, "alive");
  });
});
