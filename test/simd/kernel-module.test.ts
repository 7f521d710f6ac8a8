import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { InternalError } from "../../src/errors";
import { PARAMETERS } from "../../src/simd/kernel-exports";
import { checkKernels, kernelModule } from "../../src/simd/kernel-module";
import { type WasmModule, webAssembly } from "../../src/simd/web-assembly";
import { ROOT } from "../support/tracked-files";

/** A module of one function, which does nothing with so many integers. */
function moduleOf(name: string, nParameters: number): WasmModule {
  const section = (id: number, ...body: number[]) => [id, body.length, ...body];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, nParameters, ...new Array<number>(nParameters).fill(0x7f), 0),
    ...section(3, 1, 0),
    ...section(7, 1, name.length, ...Buffer.from(name), 0, 0),
    ...section(10, 1, 2, 0, 0x0b),
  ];
  return new webAssembly!.Module(Uint8Array.from(bytes));
}

/** A module that asks for a function which nobody gives. */
const importing: WasmModule = new webAssembly!.Module(
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[2, 9, 1, 3, ...Buffer.from("env"), 1, ...Buffer.from("f"), 0, 0],
  ]),
);

describe("kernels of another build", () => {
  const refused = (module: WasmModule, message: string) =>
    assert.throws(() => checkKernels(module), new InternalError(message));

  it("are refused in a sentence that says what to run", () => {
    refused(
      moduleOf("dot", 2),
      "kernels.wasm: dot must be a kernel of 3 parameters, got one of 2; run `npm run build`",
    );
    refused(
      moduleOf("dots", 3),
      "kernels.wasm: dot must be a kernel of 3 parameters, got none; run `npm run build`",
    );
    refused(
      moduleOf("dot", 3),
      "kernels.wasm: addScaled must be a kernel of 4 parameters, got none; run `npm run build`",
    );
  });

  it("are refused in such a sentence where they import something else", () => {
    assert.throws(
      () => checkKernels(importing),
      (error) =>
        error instanceof InternalError &&
        /^kernels\.wasm: it must import nothing but one page of memory, got ".*env.*"; run `npm run build`$/.test(
          error.message,
        ),
    );
  });

  it("differ from those of this one, each of which is looked at", function () {
    for (const shared of [false, true]) {
      const module = kernelModule(shared);
      if (!module) {
        process.stdout.write("skipped: there is no WebAssembly\n");
        return this.skip();
      }
      checkKernels(module, shared);
      const memory = new webAssembly!.Memory({ initial: 1, maximum: 1, shared });
      const { exports } = new webAssembly!.Instance(module, { env: { memory } });
      assert.deepEqual(Object.keys(exports as object).sort(), Object.keys(PARAMETERS).sort());
    }
  });

  it("are told by their file", () => {
    assert.throws(
      () => checkKernels(moduleOf("dot", 2), true),
      new InternalError(
        "shared-kernels.wasm: dot must be a kernel of 3 parameters, got one of 2; run `npm run build`",
      ),
    );
  });
});

describe("kernels without room for a page of memory", () => {
  it("leave a fit to TypeScript, whatever its workers", () => {
    const script = `
      WebAssembly.Memory = class { constructor() { throw new RangeError("could not allocate memory"); } };
      const { kernelBackend, SmoothLasso } = require("./dist/src");
      const X = Array.from({ length: 300 }, (_, i) => Array.from({ length: 40 }, (_, j) => Math.sin(i * i + j * j * j)));
      const y = X.map(([first], i) => first + Math.cos(i * i));
      for (const workers of [1, 2]) console.log(kernelBackend(), ...new SmoothLasso({ lambda: 0.1 }).fit(X, y, { workers }).support);
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    assert.equal(stderr, "");
    assert.match(stdout, /^(typescript( \d+)+)\n\1\n$/);
  });

  it("are looked at again once there is some", function () {
    if (!kernelModule()) {
      process.stdout.write("skipped: there is no WebAssembly\n");
      return this.skip();
    }
    const script = `
      const { Memory } = WebAssembly;
      WebAssembly.Memory = class { constructor() { throw new RangeError("could not allocate memory"); } };
      const { kernelBackend } = require("./dist/src");
      const first = kernelBackend();
      WebAssembly.Memory = Memory;
      const end = performance.now() + 30000;
      while (kernelBackend() === first && performance.now() < end);
      console.log(first, kernelBackend());
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(stdout, "typescript wasm\n");
  });
});
