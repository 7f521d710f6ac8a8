import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newNotebookCommand } from "../../../kernel/new-notebook/new-notebook-command";
import { type Notebook, sourceOf } from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";

describe("smooth-edges new", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "new notebook "));
    mkdirSync(join(folder, "data"));
    const rows = Array.from({ length: 60 }, (_, i) => {
      const area = 30 + ((i * 37) % 70);
      return `${area},${["Ulm", "Bonn", "Kiel"][i % 3]},${area / 6 + (i % 5)},${area > 60 === (i % 7 > 0) ? "yes" : "no"}`;
    });
    writeFileSync(join(folder, "data/flats.csv"), ["area,city,rent,lift", ...rows, "70,Ulm,,no"].join("\n"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(response: string): Notebook {
    const path = join(folder, "flats.ipynb");
    newNotebookCommand(path, join(folder, "data/flats.csv"), response);
    return JSON.parse(readFileSync(path, "utf8"));
  }

  const questions = [
    ["rent", "least squares", /new SmoothLasso\(\)/],
    ["lift", "logistic", /new SmoothLasso\({ datafit: logistic\(\) }\)/],
    ["city", "multinomial", /new SmoothLasso\({ datafit: multinomial\(\) }\)/],
  ] as const;
  for (const [response, method, call] of questions) {
    it(`asks ${response} by ${method}, and every cell of the notebook runs`, async () => {
      const notebook = write(response);
      const text = notebook.cells.map(sourceOf).join("\n");
      assert.match(text, call);
      assert.match(text, /readCsv\("data\/flats.csv"\)/);
      for (const picture of ["coefficientPlot(fit)", "pathPlot(chosen.path)"])
        assert.ok(text.includes(picture));
      const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
      assert.equal(failure, undefined);
      assert.match(JSON.stringify(done.cells[1]), /60 of 61 rows have no missing value/); // one has no rent
    });
  }

  it("keeps a notebook that is there, and names the columns where the response is none", () => {
    write("rent");
    const path = join(folder, "flats.ipynb");
    const data = join(folder, "data/flats.csv");
    assert.throws(() => newNotebookCommand(path, data, "rent"), {
      message: `smooth-edges new: NOTEBOOK must be a file that does not exist yet, got ${JSON.stringify(path)}; choose another name`,
    });
    const other = join(folder, "other.ipynb");
    for (const response of ["Rent", "toString"]) {
      assert.throws(() => newNotebookCommand(other, data, response), {
        message: `smooth-edges new: --response must be a column of ${data}, got "${response}"; it has "area", "city", "rent", "lift"`,
      });
    }
    assert.throws(() => newNotebookCommand(other, join(folder, "none.csv"), "rent"), {
      message: `smooth-edges new: DATA must be an existing file, got ${JSON.stringify(join(folder, "none.csv"))}`,
    });
    assert.throws(
      () => newNotebookCommand(join(folder, "no/a.ipynb"), data, "rent"),
      /one can write to.*ENOENT/,
    );
  });

  it("reads semicolons, with decimal commas where there are some", () => {
    const readingOf = (header: string, row: string): string => {
      const file = join(folder, "semicolons.csv");
      writeFileSync(
        file,
        `${header}\n${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `${i}${row}${i}\n`).join("")}`,
      );
      const path = join(folder, `semicolons${readdirSync(folder).length}.ipynb`);
      newNotebookCommand(path, file, "y");
      const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
      return /readCsv\(.*\)/.exec(sourceOf(notebook.cells[1]))![0];
    };
    assert.equal(readingOf("x;y", ",5;0,"), 'readCsv("semicolons.csv", { decimal: "," })');
    assert.equal(readingOf("x;y", ".5;0."), 'readCsv("semicolons.csv", { delimiter: ";" })');
    assert.equal(readingOf("x,y", ".5,0."), 'readCsv("semicolons.csv")');
  });

  it("reads quoted decimal commas and separators of thousands where a column tells which they are", async () => {
    const writeFile = (price: (i: number) => string): string => {
      const file = join(folder, "haus.csv");
      const rows = Array.from({ length: 30 }, (_, i) => `${i},${(i * 7) % 11},"${price(i)}"`);
      writeFileSync(file, ["row,area,price", ...rows].join("\n"));
      return file;
    };
    const reads = async (file: string, call: string): Promise<void> => {
      const path = join(folder, `haus${readdirSync(folder).length}.ipynb`);
      newNotebookCommand(path, file, "price");
      const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
      assert.ok(sourceOf(notebook.cells[1]).includes(call), sourceOf(notebook.cells[1]));
      assert.match(sourceOf(notebook.cells[2]), /`price` is a number/);
      const { failure } = await runNotebook(notebook, { cwd: folder });
      assert.equal(failure, undefined);
    };
    const decimals = writeFile((i) => `${200 + ((i * 7) % 11)},${10 + i}`);
    await reads(decimals, 'readCsv("haus.csv", { decimal: ",", delimiter: "," })');
    const thousands = writeFile((i) => `${200 + ((i * 7) % 11)},0${10 + i}.50`);
    await reads(thousands, 'readCsv("haus.csv", { thousands: "," })');
  });

  it("fills missing values where few rows have all, leaves out what has none, and names the column that lacks most", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 ? i : ""},${i % 3 ? i % 5 : "NA"},`);
    writeFileSync(join(folder, "gaps.csv"), ["y,a,b,empty", ...rows].join("\n"));
    const path = join(folder, "gaps.ipynb");
    const told = newNotebookCommand(path, join(folder, "gaps.csv"), "y");
    assert.match(told, /^Note: `empty` is left out: it has no value$/m);
    assert.match(
      told,
      /^Note: 13 of 40 rows have a value in all, so what is missing is filled by the column's mean$/m,
    );
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    assert.match(sourceOf(notebook.cells[1]), /missing: "mean"/);
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /rows: 40; features: 2/);
    assert.throws(
      () => newNotebookCommand(join(folder, "b.ipynb"), join(folder, "gaps.csv"), "empty"),
      /got 0 rows and 3 such columns in .*; `empty` lacks 40 of 40 values$/,
    );
    // Most rows have all, but fewer than ten folds need.
    const few = Array.from({ length: 12 }, (_, i) => `${i % 7},${i < 3 ? "" : (i * i) % 5}`);
    writeFileSync(join(folder, "few.csv"), ["y,a", ...few].join("\n"));
    assert.match(
      newNotebookCommand(join(folder, "few.ipynb"), join(folder, "few.csv"), "y"),
      /^Note: 9 of 12 rows have a value in all, so what is missing is filled/m,
    );
  });

  it("reads a file without names where it is told so, and says how where the names look like values", () => {
    const data = join(folder, "bare.csv");
    writeFileSync(
      data,
      Array.from({ length: 20 }, (_, i) => `${1 + ((i * 7) % 13)},${(i * 5) % 11}\n`).join(""),
    );
    assert.throws(() => newNotebookCommand(join(folder, "bare.ipynb"), data, "y"), {
      message: `smooth-edges new: --response must be a column of ${data}, got "y"; it has "0", "1"; where these are values, say --no-header: the columns are x0, x1 and so on then`,
    });
    const path = join(folder, "bare.ipynb");
    newNotebookCommand(path, data, "x1", { header: false });
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    assert.match(sourceOf(notebook.cells[1]), /readCsv\("bare\.csv", { header: false }\);/);
    const wide = join(folder, "wide.csv");
    writeFileSync(wide, `${Array.from({ length: 23 }, (_, j) => `c${j}`)}\n${Array(23).fill("1")}\n`);
    assert.throws(
      () => newNotebookCommand(path.replace("bare", "wide"), wide, "y"),
      /"c18", "c19" and 3 more$/,
    );
  });

  it("refuses what no notebook could fit, in one sentence", () => {
    const refused = (text: string, rule: RegExp, name = "flats.ipynb"): void => {
      writeFileSync(join(folder, "some.csv"), text);
      assert.throws(() => newNotebookCommand(join(folder, name), join(folder, "some.csv"), "y"), rule);
    };
    const tenRows = (row: string): string => `x,y\n${`${row}\n`.repeat(10)}`;
    refused(tenRows("1,yes"), /--response must be a column of at least two values, got "y"/);
    refused("x,y\n1,2\n2,1\n3,1\n", /at least 10 rows .* got 3 rows and 1 such column in/);
    refused(`y\n${"1\n2\n".repeat(9)}`, /one column to explain the response by, got 18 rows and 0 such/);
    refused(
      "x,y\n1,2\n1\n",
      /DATA must be a CSV file that can be read as the options say, got .* \(readCsv: line 3 must/,
    );
    refused(tenRows("1,2"), /NOTEBOOK must end in \.ipynb/, "flats.txt");
  });
});
