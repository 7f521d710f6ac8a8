import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type WrittenFile, writeSomewhere } from "../../kernel/result-files";
import { failEachWrite } from "../support/failing-writes";

describe("writeSomewhere", () => {
  it("loses neither the new file nor, in its place, the old one, whichever write fails", async () => {
    const folder = mkdtempSync(join(tmpdir(), "result-"));
    const path = join(folder, "a.ipynb");
    let written: WrittenFile | undefined;
    try {
      const calls = await failEachWrite(
        () => {
          writeFileSync(path, "old");
          written = undefined;
        },
        () => {
          written = writeSomewhere(path, "new");
        },
        (failure, at) => {
          const where = `${failure} at call ${at}`;
          assert.ok(["old", "new"].includes(readFileSync(path, "utf8")), where);
          if (failure === "killed" || failure === "power cut") return;
          assert.equal(written?.refusal, failure, where);
          const place = written?.place ?? "";
          assert.equal(readFileSync(place, "utf8"), "new", where);
          rmSync(dirname(place), { recursive: true });
        },
      );
      assert.ok(calls >= 3, `${calls} calls`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
