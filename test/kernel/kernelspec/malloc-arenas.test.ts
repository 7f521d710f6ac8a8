import assert from "node:assert/strict";
import { ownKernelSpec } from "../../../kernel/kernelspec/kernelspec";
import { restoreArenas } from "../../../kernel/kernelspec/malloc-arenas";
import { KernelProcess } from "../../../kernel/runner/kernel-client";

const RESTORE = require.resolve("../../../kernel/kernelspec/malloc-arenas");

describe("the user's own number of memory pools", () => {
  const before = process.env.MALLOC_ARENA_MAX;
  afterEach(() => {
    if (before === undefined) delete process.env.MALLOC_ARENA_MAX;
    else process.env.MALLOC_ARENA_MAX = before;
  });

  /** What a kernel of this package's specification has at its start, and what its cells have. */
  async function numbers(): Promise<unknown> {
    const script = `
      const { env } = process;
      const atStart = env.MALLOC_ARENA_MAX;
      require(${JSON.stringify(RESTORE)}).restoreArenas();
      const names = Object.keys(env).filter((name) => name.includes("MALLOC_ARENA_MAX"));
      console.log(JSON.stringify([atStart, ...names.map((name) => [name, env[name]])]));`;
    const spec = { ...ownKernelSpec(), argv: [process.execPath, "-e", script] };
    const kernel = new KernelProcess(spec, "", "/");
    await kernel.ended;
    return JSON.parse(kernel.lastOutput);
  }

  it("is 1 for the kernel, and the user's again for what cells start", async () => {
    process.env.MALLOC_ARENA_MAX = "4";
    assert.deepEqual(await numbers(), ["1", ["MALLOC_ARENA_MAX", "4"]]);
    process.env.MALLOC_ARENA_MAX = "1";
    assert.deepEqual(await numbers(), ["1", ["MALLOC_ARENA_MAX", "1"]]);
  });

  it("is none again where the user set none", async () => {
    delete process.env.MALLOC_ARENA_MAX;
    assert.deepEqual(await numbers(), ["1"]);
    const emptied: NodeJS.ProcessEnv = { MALLOC_ARENA_MAX: "1", SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX: "" };
    restoreArenas(emptied);
    assert.deepEqual(emptied, {});
  });

  it("stays where the kernel was started without its specification", () => {
    const env: NodeJS.ProcessEnv = { MALLOC_ARENA_MAX: "2" };
    restoreArenas(env);
    assert.deepEqual(env, { MALLOC_ARENA_MAX: "2" });
  });
});
