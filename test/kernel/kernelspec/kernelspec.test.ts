import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import {
  installKernelSpec,
  KERNEL_NAME,
  ownKernelSpec,
  prefixDataFolder,
  userDataFolder,
} from "../../../kernel/kernelspec/kernelspec";

describe("userDataFolder", () => {
  it("is Jupyter's folder on each platform", () => {
    assert.equal(userDataFolder({}, "linux", "/home/me"), "/home/me/.local/share/jupyter");
    assert.equal(userDataFolder({ XDG_DATA_HOME: "/data" }, "linux", "/home/me"), "/data/jupyter");
    assert.equal(userDataFolder({}, "darwin", "/Users/me"), "/Users/me/Library/Jupyter");
    assert.equal(userDataFolder({ APPDATA: "/roaming" }, "win32", "/me"), join("/roaming", "jupyter"));
  });

  it("is JUPYTER_DATA_DIR wherever that is set", () => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      assert.equal(userDataFolder({ JUPYTER_DATA_DIR: "/mine" }, platform, "/home/me"), "/mine");
    }
  });
});

describe("installKernelSpec", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "a prefix "));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes a specification that Jupyter starts with absolute paths and interrupts by message", () => {
    const installed = installKernelSpec(ownKernelSpec(), prefixDataFolder(folder));
    assert.equal(installed, join(folder, "share", "jupyter", "kernels", KERNEL_NAME));
    const spec = JSON.parse(readFileSync(join(installed, "kernel.json"), "utf8"));
    assert.equal(spec.display_name, "TypeScript (smooth-edges)");
    assert.equal(spec.language, "typescript");
    assert.equal(spec.interrupt_mode, "message");
    assert.deepEqual(spec.metadata, { debugger: true });
    assert.equal(spec.argv[0], process.execPath);
    assert.ok(isAbsolute(spec.argv.at(-2)));
    assert.equal(spec.argv.at(-1), "{connection_file}");
  });

  it("replaces an earlier one and leaves no other file behind", () => {
    installKernelSpec(ownKernelSpec(), folder);
    const installed = installKernelSpec({ ...ownKernelSpec(), display_name: "newer" }, folder);
    assert.deepEqual(readdirSync(installed), ["kernel.json", "logo-svg.svg"]);
    assert.equal(JSON.parse(readFileSync(join(installed, "kernel.json"), "utf8")).display_name, "newer");
  });

  it("says where it could not write", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    assert.throws(() => installKernelSpec(ownKernelSpec(), file), {
      name: "UsageError",
      message:
        "smooth-edges kernel install: the target must be a folder one can write to, " +
        `got ${JSON.stringify(join(file, "kernels", KERNEL_NAME))} (ENOTDIR)`,
    });
  });

  it("says so too below a folder that holds no folders, where Node's own way never ends", function () {
    if (!existsSync("/proc/self")) {
      process.stdout.write("skipped: there is no /proc, whose folders hold no folders\n");
      return this.skip();
    }
    const place = "/proc/no-such-process/share/jupyter";
    assert.throws(() => installKernelSpec(ownKernelSpec(), place), {
      name: "UsageError",
      message: /must be a folder one can write to, got "\/proc\/no-such-process\/.*" \(ENOENT\)$/,
    });
  });
});
