import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moduleCodeFolder } from "../../../kernel/compiler/compiler-cache";
import { resultText } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

describe("the code of modules", () => {
  it("is kept in the user's own folder for such things", () => {
    const home = join("/", "home", "ann");
    const end = join("smooth-edges", "module-code");
    assert.equal(moduleCodeFolder({}, "linux", home), join(home, ".cache", end));
    assert.equal(moduleCodeFolder({ XDG_CACHE_HOME: "/quick" }, "linux", home), join("/quick", end));
    assert.equal(moduleCodeFolder({}, "darwin", home), join(home, "Library", "Caches", end));
    assert.equal(moduleCodeFolder({ LOCALAPPDATA: "/local" }, "win32", home), join("/local", end));
  });

  it("of what a cell loads is there when the kernel has ended", async function () {
    if (!("enableCompileCache" in Module)) {
      process.stdout.write(`      Node ${process.version} keeps no code of modules; 22.8 and later do.\n`);
      this.skip();
    }
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "module-code-")));
    const kernel = await TestKernel.start({ env: { ...process.env, XDG_CACHE_HOME: folder } });
    try {
      assert.equal(resultText(await kernel.execute('typeof require("smooth-edges").diagnose')), "'function'");
      await kernel.request("control", "shutdown_request", { restart: false });
      await kernel.exited;
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      // The kernel has a hundred modules, the library two hundred more.
      assert.ok(files.length > 200, String(files.length));
    } finally {
      await kernel.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
