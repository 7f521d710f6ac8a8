import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadingOptions } from "../../../kernel/new-notebook/csv-reading";
import { newNotebookCommand } from "../../../kernel/new-notebook/new-notebook-command";
import { type Notebook, sourceOf } from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";
import { readCsv } from "../../../src/data";

describe("the columns of a new notebook", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "column roles "));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("leaves out what names rows and dates, and says so", async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `${i},patient ${i},0${1 + (i % 3)}/08/24,${(i * 5) % 7},${i}`,
    );
    writeFileSync(join(folder, "rows.csv"), [`,who,visit,dose,"it's ""odd"""`, ...rows].join("\n"));
    const path = join(folder, "rows.ipynb");
    const told = newNotebookCommand(path, join(folder, "rows.csv"), `it's "odd"`);
    assert.match(told, /run '.*rows.ipynb'/);
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    for (const text of [told, sourceOf(notebook.cells[0])]) {
      assert.match(text, /the column without a name is left out: it may be R's row names or pandas' index$/m);
      assert.match(
        text,
        /`who` is left out: it has a text of its own in each row; move it from `exclude` to `categorical` to keep it$/m,
      );
      assert.match(
        text,
        /`visit` is left out: line 2 must be .*, got "01\/08\/24"; say `--date "visit=DD\/MM\/YY"` or `--date "visit=MM\/DD\/YY"`, or move it from `exclude` to `categorical`$/m,
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
      /\{ response: "y", exclude: \["measure", "share"\], categorical: \["rooms", "zip"\], missing: "drop" \}/,
    );
    const title = sourceOf(notebook.cells[0]);
    assert.match(title, /`measure` is left out: line 3 must be a number, .*got "n\.d\."/);
    assert.match(title, /`share` is left out: .*got "0 %"; write numbers without %/);
    assert.equal(title.match(/is left out/g)?.length, 2);
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /40 of 40 rows have no missing value; features: 8/);
  });

  it("says by which options a column would be read that may be so in two ways, and takes them", () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${i % 13},${(i * 3) % 11},"214,4${10 + ((i * 7) % 30)}",$${i % 5}.50`,
    );
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
    const points = Array.from({ length: 30 }, (_, i) => `${i % 13};${1 + (i % 9)}.${210 + i}`);
    writeFileSync(join(folder, "points.csv"), ["y;Preis", ...points].join("\n"));
    assert.match(
      written("points")[0],
      /Note: `Preis`: 1\.21 has decimals behind its point; where points separate thousands, say `--decimal "," --thousands "\."`$/m,
    );
  });

  it("leaves out texts of many levels with few rows each, and keeps those of few levels or many rows", () => {
    const columns = {
      y: (i: number) => (i * 7) % 11,
      note: (i: number) => `note ${(i * i + i) % 97}`,
      place: (i: number) => `place ${i % 21}`,
      town: (i: number) => `town ${i % 20}`,
    };
    const written = (nRows: number): string[] => {
      const rows = Array.from({ length: nRows }, (_, i) => Object.values(columns).map((of) => of(i)));
      const data = join(folder, `notes${nRows}.csv`);
      writeFileSync(data, [Object.keys(columns), ...rows].join("\n"));
      const told = newNotebookCommand(join(folder, `notes${nRows}.ipynb`), data, "y");
      return told.match(/(?<=^Note: ).*/gm) ?? [];
    };
    // i * i + i has 49 values modulo the prime 97, and each recurs.
    const remark = (column: string, nRows: number, nLevels: number): string =>
      `\`${column}\` is left out: its ${nRows} texts have ${nLevels} levels, in fewer than 4 rows each on average; move it from \`exclude\` to \`categorical\` to keep it`;
    assert.deepEqual(written(194), [remark("note", 194, 49)]);
    assert.deepEqual(written(196), []);
    assert.deepEqual(written(105), [remark("note", 105, 49)]);
  });

  it("says by its own options how a column would be read, and nothing of those that it has not", () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      [i % 13, `"1.${200 + (i % 9)},5"`, `"${i % 9},5"`, `1'${200 + (i % 8)}`, `name ${i % 40}`, i % 5].join(
        ",",
      ),
    );
    writeFileSync(join(folder, "own.csv"), ['y,both,comma,"apo, strophe",many,x', ...rows].join("\n"));
    const told = newNotebookCommand(join(folder, "own.ipynb"), join(folder, "own.csv"), "y", {
      decimal: ".",
    });
    const listed = "or move it from `exclude` to `categorical`";
    const written = "write numbers with a decimal point";
    const ungrouped = `${written} and no separators of thousands`;
    assert.deepEqual(told.match(/(?<=^Note: ).*/gm), [
      `\`both\` is left out: line 2 must be a number or a word, got "1.200,5"; ${ungrouped}, or say \`--decimal "," --thousands "."\`, ${listed}`,
      `\`comma\` is left out: line 2 must be a number or a word, got "0,5"; ${written}, or say \`--decimal ","\`, ${listed}`,
      `\`apo, strophe\` is left out: line 2 must be a number or a word, got "1'200"; ${ungrouped}, or say \`--thousands "'"\`, ${listed}`,
      "`many` is left out: it must have levels that recur, got 40 levels in 60 rows; move it from `exclude` to `categorical`",
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
        message: `smooth-edges new: --response must be a column of numbers or classes, got "price": line 2 must be a number or the label of a class, got "${got}"; ${remedy}, or write labels with a letter where they are classes; --delimiter, --decimal, --thousands, --missing, --no-header and --encoding say how it is read`,
      });
    };
    refused((i) => `$${214 + i}.50`, "$214.50", "write numbers without the sign of a currency");
    refused(
      (i) => `214,4${10 + i}`,
      "214,410",
      'write numbers with a decimal point and no separators of thousands, or say `--thousands ","` or `--decimal ","`',
    );
  });

  it("writes what would read a file as flags", () => {
    const refused = (content: string | Buffer, remedy: RegExp, given: ReadingOptions = {}): void => {
      const file = join(folder, "written.csv");
      writeFileSync(file, content);
      assert.throws(() => newNotebookCommand(join(folder, "a.ipynb"), file, "y", given), remedy);
    };
    refused(Buffer.from("\u00e4,y\n1,2\n", "latin1"), /; name its encoding, such as --encoding "latin1"$/);
    refused("a;y\n1,2\n", /such as --delimiter ";" --decimal ","$/, { delimiter: "," });
    refused("a,y\n", /say --no-header where the line has values$/);
  });

  it("reads bars between values, and says which word makes levels of numbers", () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7}|${i % 5}`);
    writeFileSync(join(folder, "units.csv"), ["y|x", "EUR|m", ...rows].join("\n"));
    const told = newNotebookCommand(join(folder, "units.ipynb"), join(folder, "units.csv"), "y");
    assert.match(
      told,
      /^Note: `y` is taken for levels, since 1 of 41 values is no number, "EUR" in line 2; say `--missing "EUR"` where that stands for a missing value$/m,
    );
    assert.match(
      told,
      /^Note: `x` is taken for levels, since 1 of 41 values is no number, "m" in line 2; say `--missing "m"` where that stands for a missing value$/m,
    );
  });

  describe("of a file with few cells that are no numbers", () => {
    /** Forty rows, of which the ones named have another text for their age or rent. */
    const writeAges = (
      name: string,
      ages: Record<number, string>,
      rents: Record<number, string> = {},
    ): string => {
      const data = join(folder, name);
      const rows = Array.from({ length: 40 }, (_, i) => {
        const age = (i * 7) % 41;
        return `${ages[i] ?? age},${i % 2},"Ulm,\n${i % 3}",${rents[i] ?? 900 - 10 * age + (i % 4) / 4}`;
      });
      writeFileSync(data, ["age,lift,place,rent", ...rows].join("\n"));
      return data;
    };
    const told = (name: string, data: string, options?: ReadingOptions): string[] => {
      const text = newNotebookCommand(join(folder, `${name}.ipynb`), data, "rent", options);
      return text.match(/(?<=^Note: ).*/gm) ?? [];
    };

    it("says how many, the first with its line, and by which option they are missing", async () => {
      const data = writeAges("ages.csv", { 3: "-", 20: "k.A.", 30: "-" });
      // Two lines a row, below that of the names.
      assert.deepEqual(told("ages", data), [
        '`age` is left out: line 8 must be a number, as all but 3 of 40 values of the column are, got "-"; write all as numbers, null where one is missing, or say `--missing "-" --missing "k.A."`, or move it from `exclude` to `categorical`',
      ]);
      assert.deepEqual(told("read", data, { missing: ["-", "k.A."] }), []);
      const notebook: Notebook = JSON.parse(readFileSync(join(folder, "read.ipynb"), "utf8"));
      assert.match(sourceOf(notebook.cells[1]), /readCsv\("ages\.csv", { missing: \["-", "k\.A\."\] }\)/);
      const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
      assert.equal(failure, undefined);
      assert.match(JSON.stringify(done.cells[1]), /37 of 40 rows have no missing value; features: 5/);
    });

    it("names them beside decimal commas too, so that both are read", () => {
      const data = join(folder, "commas.csv");
      const rows = Array.from(
        { length: 30 },
        (_, i) => `${i === 4 ? "k.A." : `${i % 9},5`};${(i * 3) % 7};${(i * 7) % 13}`,
      );
      writeFileSync(data, ["age;rooms;rent", ...rows].join("\n"));
      assert.match(told("y", data).join(), /say `--decimal "," --missing "k\.A\."`, or move/);
      assert.deepEqual(told("z", data, { decimal: ",", missing: ["k.A."] }), []);
    });

    it("says so where they make levels of a few integers", () => {
      const data = join(folder, "flags.csv");
      const flag = (i: number): string | number => ({ 4: "k.A.", 9: "z" })[i] ?? i % 2;
      const rows = Array.from({ length: 30 }, (_, i) => `${flag(i)},${(i * 7) % 13}`);
      writeFileSync(data, ["sold,rent", ...rows].join("\n"));
      assert.deepEqual(told("flags", data), [
        '`sold` is taken for levels, since 2 of 30 values are no numbers, the first "k.A." in line 6; say `--missing "k.A." --missing "z"` where that stands for a missing value',
      ]);
    });

    it("makes no classes of a response for them", () => {
      const readers =
        "; --delimiter, --decimal, --thousands, --missing, --no-header and --encoding say how it is read";
      const refused = (data: string, fault: string): void =>
        assert.throws(() => told("none", data), {
          message: `smooth-edges new: --response must be a column of numbers or classes, got "rent": ${fault}`,
        });
      refused(
        writeAges("rents.csv", {}, { 2: "$ on request" }),
        "line 6 must be a number, as all but 1 of 40 values of the column are, got \"$ on request\"; write all as numbers, null where one is missing, or say `--missing '$ on request'`" +
          readers,
      );
      refused(
        writeAges("endless.csv", {}, { 2: "Infinity" }),
        'line 6 must be a finite number, got Infinity; say `--missing "Infinity"` where that stands for a missing value' +
          readers,
      );
      const names = writeAges(
        "names.csv",
        {},
        Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i, `n${i}`])),
      );
      refused(names, "it has a text of its own in each row");
    });

    it("leaves out what has infinite numbers, which no fit takes", () => {
      assert.deepEqual(told("far", writeAges("far.csv", { 5: "-Infinity" })), [
        '`age` is left out: line 12 must be a finite number, got -Infinity; say `--missing "-Infinity"` where that stands for a missing value',
      ]);
    });
  });

  it("leaves out columns that count the rows or have one value, says so, and keeps what is taken out of the list", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${100 + i},DE,7,${(i * 7) % 13},${(i * 5) % 11}`);
    writeFileSync(join(folder, "ids.csv"), ["id,country,seven,x,y", ...rows].join("\n"));
    const told = newNotebookCommand(join(folder, "ids.ipynb"), join(folder, "ids.csv"), "y");
    assert.deepEqual(told.match(/(?<=^Note: ).*/gm), [
      "`id` is left out: it counts the rows; take it out of `exclude` to keep it",
      '`country` is left out: it has one value, "DE"',
      "`seven` is left out: it has one value, 7",
    ]);
    const notebook: Notebook = JSON.parse(readFileSync(join(folder, "ids.ipynb"), "utf8"));
    for (const [list, nFeatures] of [
      ['exclude: ["id", "country", "seven"], ', 1],
      ['exclude: ["country", "seven"], ', 2],
    ] as const) {
      const source = sourceOf(notebook.cells[1]).replace('"id", ', nFeatures === 1 ? '"id", ' : "");
      assert.ok(source.includes(list), source);
      const cells = [{ ...notebook.cells[1], source }];
      const { failure, notebook: done } = await runNotebook({ ...notebook, cells }, { cwd: folder });
      assert.equal(failure, undefined);
      assert.match(JSON.stringify(done.cells[0]), new RegExp(`40 of 40 .* features: ${nFeatures}`));
    }
    writeFileSync(
      join(folder, "only.csv"),
      `id,one,y\n${rows.map((_, i) => `${i},1,${(i * i) % 7}\n`).join("")}`,
    );
    assert.throws(
      () => newNotebookCommand(join(folder, "only.ipynb"), join(folder, "only.csv"), "y"),
      /got 40 rows and 0 such columns in ".*only.csv"; `id` is left out: it counts the rows; take it/,
    );
  });
});
