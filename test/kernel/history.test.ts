import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, TestKernel } from "../support/test-kernel";

describe("the history over real sockets", function () {
  this.timeout(300_000);
  let folder: string;
  let kernel: TestKernel;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-history-"));
    const env = { SMOOTH_EDGES_HISTORY: join(folder, "history.jsonl") };
    const earlier = await TestKernel.start({ env });
    await earlier.execute("40 + 2");
    await earlier.request("control", "shutdown_request", { restart: false });
    await earlier.exited;
    await earlier.stop();
    kernel = await TestKernel.start({ env });
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });

  const history = async (request: Json): Promise<unknown> =>
    (await kernel.request("shell", "history_request", { raw: true, output: false, ...request })).reply.content
      .history;

  it("holds what was run in an earlier session", async () => {
    assert.deepEqual(await history({ hist_access_type: "tail", n: 5, output: true }), [
      [1, 1, ["40 + 2", "42"]],
    ]);
  });

  it("takes cells that fail, and neither silent ones nor those not to be stored", async () => {
    await kernel.execute("'silent'", { silent: true });
    await kernel.execute("'unstored'", { store_history: false });
    await kernel.execute("throw 1");
    assert.deepEqual(await history({ hist_access_type: "range", session: 0, start: 1 }), [[2, 1, "throw 1"]]);
  });
});
