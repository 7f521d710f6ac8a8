import assert from "node:assert/strict";
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { resultText, tracebackOf } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

describe("where a cell is", () => {
  let kernel: TestKernel;
  let folder: string;
  before(async () => {
    kernel = await TestKernel.start();
    folder = realpathSync(kernel.folder);
  });
  after(() => kernel.stop());

  async function shown(code: string): Promise<unknown> {
    const exchange = await kernel.execute(`JSON.stringify(${code})`);
    assert.equal(tracebackOf(exchange), "");
    return JSON.parse((resultText(exchange) ?? "").slice(1, -1));
  }

  it("is the notebook's folder, by the names of CommonJS and by import.meta", async () => {
    const file = join(folder, "cell.js");
    assert.deepEqual(await shown("[__dirname, __filename]"), [folder, file]);
    assert.deepEqual(await shown("[import.meta.dirname, import.meta.filename]"), [folder, file]);
    assert.deepEqual(await shown('[import.meta.url, import.meta.resolve("fs")]'), [
      pathToFileURL(file).href,
      "node:fs",
    ]);
    writeFileSync(join(folder, "rows.json"), "[1, 2]");
    assert.equal(
      await shown('import.meta.resolve("./rows.json")'),
      pathToFileURL(join(folder, "rows.json")).href,
    );
    assert.match(String(await shown('import.meta.resolve("smooth-edges")')), /^file:.*\/index\.js$/);
  });

  it("may have the names of CommonJS declared anew, as modules do", async () => {
    const declared = await kernel.execute(`import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
const __filename = fileURLToPath(import.meta.url);
const __dirname = dirname(__filename);
const __mine = 3;`);
    assert.equal(tracebackOf(declared), "");
    assert.deepEqual(await shown("[__dirname, { __mine }]"), [folder, { __mine: 3 }]);
  });

  it("is the module's own in a local module", async () => {
    writeFileSync(join(folder, "placed.ts"), "export const own: string = import.meta.url;");
    await kernel.execute('import { own } from "./placed";');
    assert.equal(await shown("own"), pathToFileURL(join(folder, "placed.js")).href);
  });
});
