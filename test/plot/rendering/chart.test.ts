import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Script } from "node:vm";
import { Chart } from "../../../src/plot";
import { interactive } from "../../../src/plot/rendering/interactive";
import { failEachWrite } from "../../support/failing-writes";

const spec = {
  description: "Three bars.",
  data: { values: [{ x: 1 }, { x: 2 }, { x: 3 }] },
  mark: "bar",
  encoding: { x: { field: "x", type: "quantitative" } },
};
const PNG_SIGNATURE = "89504e470d0a1a0a";

describe("Chart", () => {
  it("shows itself as one bundle: a specification as an object, a PNG and words", async () => {
    const chart = new Chart(spec);
    const display = Reflect.get(chart, Symbol.for("Jupyter.display")) as Chart["toMimeBundle"];
    const bundle = await display.call(chart);
    assert.deepEqual(Object.keys(bundle), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    assert.ok("application/vnd.vegalite.v5+json" in bundle);
    assert.equal(Buffer.from(bundle["image/png"] as string, "base64").toString("hex", 0, 8), PNG_SIGNATURE);
    assert.equal(bundle["text/plain"], "Three bars.");
  });

  it("is its words in the console and its specification in JSON", () => {
    const chart = new Chart(spec);
    assert.equal(inspect(chart), "Three bars.");
    assert.deepEqual(JSON.parse(JSON.stringify(chart)), chart.spec);
  });

  it("keeps what it was made of when the caller changes it", () => {
    const values = [{ x: 1 }];
    const chart = new Chart({ ...spec, data: { values } });
    values[0].x = 2;
    assert.deepEqual(chart.spec.data, { values: [{ x: 1 }] });
    assert.throws(() => Object.assign(chart.spec, { mark: "line" }), TypeError);
  });

  it("draws twice what it drew once, though Vega writes into its rows", async () => {
    const chart = new Chart({ ...spec, transform: [{ calculate: "datum.x * 2", as: "twice" }] });
    const first = await chart.toSVG();
    assert.deepEqual(chart.spec.data, spec.data);
    assert.equal(await chart.toSVG(), first);
  });

  it("has as many pixels as the scale says", async () => {
    const widthAt = async (scale: number): Promise<number> =>
      Buffer.from(await new Chart(spec).toPNG({ scale })).readUInt32BE(16);
    assert.equal(await widthAt(3), 3 * (await widthAt(1)));
  });

  it("needs a description", () => {
    assert.throws(() => new Chart({ ...spec, description: " " }), {
      name: "InputError",
      message: 'Chart: spec.description must be a sentence for readers who cannot see the picture, got " "',
    });
  });

  it("refuses a scale of zero and of not a number", async () => {
    for (const scale of [0, Number.NaN, 11]) {
      await assert.rejects(new Chart(spec).toPNG({ scale }), {
        name: "InputError",
        message: `Chart.toPNG: scale must be a number in (0, 10], got ${scale}`,
      });
    }
  });

  it("says in one sentence what Vega-Lite cannot draw", async () => {
    for (const [part, reason] of [
      [{ mark: "pie" }, /Invalid|mark|reading/],
      [{ mark: undefined as never }, /at least one of the following properties/],
      [{ transform: [{ calculate: "((", as: "y" }] }, /Unexpected end of input/],
    ] as const) {
      await assert.rejects(new Chart({ ...spec, ...part }).toSVG(), (error: Error) => {
        assert.equal(error.name, "InputError");
        assert.match(
          error.message,
          /^Chart: spec must be one that Vega-Lite can draw, got its answer "[^\n]{1,160}"$/,
        );
        assert.match(error.message, reason);
        return true;
      });
    }
  });

  describe("save", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "charts with spaces "));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("writes the format that the name ends in", async () => {
      const chart = new Chart(spec);
      for (const file of ["a.svg", "a.PNG", "a.vl.json"]) await chart.save(join(folder, file));
      assert.equal(readFileSync(join(folder, "a.svg"), "utf8"), await chart.toSVG());
      assert.equal(readFileSync(join(folder, "a.PNG")).toString("hex", 0, 8), PNG_SIGNATURE);
      assert.deepEqual(JSON.parse(readFileSync(join(folder, "a.vl.json"), "utf8")), chart.spec);
    });

    it("writes numbers on one line without touching texts that look like them", async () => {
      const text = "[\n 1,\n 2 ]";
      await new Chart({ ...spec, title: text, width: 10, usermeta: { numbers: [1, -2.5, 3e-7] } }).save(
        join(folder, "b.json"),
      );
      const written = readFileSync(join(folder, "b.json"), "utf8");
      assert.ok(written.includes("[1, -2.5, 3e-7]"), written);
      assert.equal(JSON.parse(written).title, text);
    });

    it("writes a page with all that draws it, whatever a text contains", async () => {
      const path = join(folder, "page.html");
      const description = 'Bars of "a" & </script><script>alert(1)</script>.';
      const chart = new Chart({ ...spec, description });
      await chart.save(path);
      const page = readFileSync(path, "utf8");
      const scripts = [...page.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)];
      assert.equal(scripts.length, 3);
      assert.equal(page.split("<script").length, scripts.length + 1);
      assert.deepEqual(JSON.parse(scripts[1][2]), interactive(chart.spec));
      for (const [, attributes, text] of [scripts[0], scripts[2]]) {
        assert.equal(attributes, "");
        new Script(text);
      }
      assert.doesNotMatch(page, /<[^>]* (src|href)=|sourceMappingURL/);
      assert.match(page, /University of Washington/);
    });

    it("says of a folder that is not there what to do", async () => {
      const path = join(folder, "none", "a.svg");
      await assert.rejects(new Chart(spec).save(path), {
        name: "InputError",
        message: `Chart.save: ${path} must be a file that can be written, got ENOENT; make its folder first`,
      });
    });

    it("leaves the old file or the new one whole after every failure, and says what failed", async () => {
      const path = join(folder, "kept.json");
      const save = (description: string): Promise<void> => new Chart({ ...spec, description }).save(path);
      await save("new");
      const [old, fresh] = ["old", readFileSync(path, "utf8")];
      const calls = await failEachWrite(
        () => writeFileSync(path, old),
        () => save("new"),
        (failure, at, thrown) => {
          const content = readFileSync(path, "utf8");
          assert.ok(content === old || content === fresh, `${failure} at call ${at}: ${content}`);
          const { message } = thrown as Error;
          if (failure === "ENOSPC") {
            const remedy = "free space on its disk, or name another place";
            assert.equal(
              message,
              `Chart.save: ${path} must be a file that can be written, got ENOSPC; ${remedy}`,
            );
          }
        },
      );
      assert.ok(calls >= 3);
    });

    it("refuses a file that is read-only", async () => {
      const path = join(folder, "read-only.json");
      writeFileSync(path, "mine", { mode: 0o444 });
      await assert.rejects(new Chart(spec).save(path), {
        name: "InputError",
        message: /got EACCES; allow writing/,
      });
      assert.equal(readFileSync(path, "utf8"), "mine");
    });

    it("refuses any other name", async () => {
      await assert.rejects(new Chart(spec).save("chart.pdf"), {
        name: "InputError",
        message: 'Chart.save: path must be a name that ends in .svg, .png, .html or .json, got "chart.pdf"',
      });
    });
  });
});
