import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadingOptions } from "../../kernel/csv-reading";
import { newNotebookCommand } from "../../kernel/new-notebook-command";
import { type Notebook, sourceOf } from "../../kernel/notebook";
import { runNotebook } from "../../kernel/run-notebook";
import { readCsv } from "../../src/data";

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

  it("leaves out what names rows and dates, and says so", async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `${i},patient ${i},2024-08-${10 + (i % 3)},${(i * 5) % 7},${i}`,
    );
    writeFileSync(join(folder, "rows.csv"), [`,who,visit,dose,"it's ""odd"""`, ...rows].join("\n"));
    const path = join(folder, "rows.ipynb");
    const told = newNotebookCommand(path, join(folder, "rows.csv"), `it's "odd"`);
    assert.match(told, /run '.*rows.ipynb'/);
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    for (const text of [told, sourceOf(notebook.cells[0])]) {
      assert.match(text, /the column without a name is left out: it has no name$/m);
      assert.match(text, /`who` is left out: it has a text of its own in each row$/m);
      assert.match(
        text,
        /`visit` is left out: row 0 must be .*, got "2024-08-10"; convert dates to numbers first, such as days, or list it in categorical of fromFrame$/m,
      );
    }
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /12 of 12 rows have no missing value; features: 1/);
  });

  it("lists texts of few levels that are numbers in part, and no numbers that are only written otherwise", async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      [
        ["1", "2", "3+"][i % 3],
        ["01067", "01069", "04109", "07743"][i % 4],
        [1.5, "n.d.", i + 0.5][i % 3],
        `"${i % 4},5"`,
        `${i % 5} %`,
        i,
      ].join(","),
    );
    writeFileSync(join(folder, "codes.csv"), ["rooms,zip,measure,size,share,y", ...rows].join("\n"));
    const path = join(folder, "codes.ipynb");
    newNotebookCommand(path, join(folder, "codes.csv"), "y");
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    assert.match(
      sourceOf(notebook.cells[1]),
      /\{ response: "y", categorical: \["rooms", "zip"\], missing: "drop" \}/,
    );
    const title = sourceOf(notebook.cells[0]);
    assert.match(title, /`measure` is left out: row 1 must be a number, .*got "n\.d\."/);
    assert.match(title, /`share` is left out: .*got "0 %"; write numbers without %/);
    assert.equal(title.match(/is left out/g)?.length, 2);
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /40 of 40 rows have no missing value; features: 8/);
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

  it("says by which options a column would be read that may be so in two ways, and takes them", () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i % 7},${i},"214,4${10 + i}",$${i % 5}.50`);
    writeFileSync(join(folder, "doubt.csv"), ["y,x,price,cost", ...rows].join("\n"));
    const written = (name: string, options?: ReadingOptions): [string, Notebook] => {
      const path = join(folder, `${name}.ipynb`);
      const data = join(folder, `${name.split("-")[0]}.csv`);
      return [newNotebookCommand(path, data, "y", options), JSON.parse(readFileSync(path, "utf8"))];
    };
    const [told, notebook] = written("doubt");
    for (const text of [told, sourceOf(notebook.cells[0])]) {
      assert.match(
        text,
        /`price` is left out: 214,410 is one number by `--thousands ","` and another by `--decimal ","`; say which$/m,
      );
      assert.match(text, /`cost` is left out: .*write numbers without the sign of a currency/);
    }
    const ways = [
      ["doubt-t", { thousands: "," }, '{ thousands: "," }', 214410],
      ["doubt-d", { decimal: "," }, '{ decimal: ",", delimiter: "," }', 214.41],
    ] as const;
    for (const [name, options, call, first] of ways) {
      const [, clear] = written(name, options);
      assert.doesNotMatch(sourceOf(clear.cells[0]), /`price`/);
      const source = sourceOf(clear.cells[1]);
      assert.ok(source.includes(`readCsv("doubt.csv", ${call})`), source);
      assert.equal(readCsv(join(folder, "doubt.csv"), { ...options, delimiter: "," }).price[0], first);
    }
    const points = Array.from({ length: 30 }, (_, i) => `${i % 7};${1 + (i % 9)}.${210 + i}`);
    writeFileSync(join(folder, "points.csv"), ["y;Preis", ...points].join("\n"));
    assert.match(
      written("points")[0],
      /Note: `Preis`: 1\.21 has decimals behind its point; where points separate thousands, say `--decimal "," --thousands "\."`$/m,
    );
  });

  it("says by its own options how a column would be read, and nothing of those that it has not", () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      [i % 7, `"1.${200 + (i % 9)},5"`, `"${i % 9},5"`, `1'${200 + (i % 8)}`, `name ${i % 40}`, i % 5].join(
        ",",
      ),
    );
    writeFileSync(join(folder, "own.csv"), ['y,both,comma,"apo, strophe",many,x', ...rows].join("\n"));
    const told = newNotebookCommand(join(folder, "own.ipynb"), join(folder, "own.csv"), "y", {
      decimal: ".",
    });
    const listed = "or list it in categorical of fromFrame";
    const written = "write numbers with a decimal point";
    const ungrouped = `${written} and no separators of thousands`;
    assert.deepEqual(told.match(/(?<=^Note: ).*/gm), [
      `\`both\` is left out: row 0 must be a number or a word, got "1.200,5"; ${ungrouped}, or say \`--decimal "," --thousands "."\`, ${listed}`,
      `\`comma\` is left out: row 0 must be a number or a word, got "0,5"; ${written}, or say \`--decimal ","\`, ${listed}`,
      `\`apo, strophe\` is left out: row 0 must be a number or a word, got "1'200"; ${ungrouped}, or say \`--thousands "'"\`, ${listed}`,
      "`many` is left out: it must have levels that recur, got 40 levels in 60 rows; list it in categorical of fromFrame",
    ]);
  });

  it("refuses a response of numbers written otherwise, with what would read them", () => {
    const refused = (price: (i: number) => string, got: string, remedy: string): void => {
      const file = join(folder, "prices.csv");
      writeFileSync(
        file,
        `x,price\n${Array.from({ length: 12 }, (_, i) => `${i % 5},"${price(i)}"\n`).join("")}`,
      );
      assert.throws(() => newNotebookCommand(join(folder, "prices.ipynb"), file, "price"), {
        message: `smooth-edges new: --response must be a column of numbers or classes, got "price" (row 0 must be a number or the label of a class, got "${got}"; ${remedy}, or write labels with a letter where they are classes); --delimiter, --decimal, --thousands and --encoding say how it is read`,
      });
    };
    refused((i) => `$${214 + i}.50`, "$214.50", "write numbers without the sign of a currency");
    refused(
      (i) => `214,4${10 + i}`,
      "214,410",
      'write numbers with a decimal point and no separators of thousands, or say `--thousands ","` or `--decimal ","`',
    );
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
  });

  it("reads bars between values, and says which word makes levels of numbers", () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7}|${i % 5}`);
    writeFileSync(join(folder, "units.csv"), ["y|x", "EUR|m", ...rows].join("\n"));
    const told = newNotebookCommand(join(folder, "units.ipynb"), join(folder, "units.csv"), "y");
    assert.match(told, /^Note: `y` is taken for levels, since "EUR" is no number$/m);
    assert.match(told, /^Note: `x` is taken for levels, since "m" is no number$/m);
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
