import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newNotebookCommand } from "../../../kernel/new-notebook/new-notebook-command";
import { lossFor } from "../../../kernel/new-notebook/response-loss";
import { type Notebook, sourceOf } from "../../../kernel/runner/notebook";
import { runNotebook } from "../../../kernel/runner/run-notebook";
import type { Anything } from "../../support/bad-input";

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

  /** The notebook of a file of 60 rows, what was told, and the text of its cells. */
  function writeOf(
    header: string,
    row: (i: number) => string,
    response: string,
    ...rest: readonly Anything[]
  ) {
    const [given, choice, nRows = 60] = rest;
    const file = join(folder, "own.csv");
    writeFileSync(file, [header, ...Array.from({ length: nRows }, (_, i) => row(i))].join("\n"));
    const path = join(folder, `own${readdirSync(folder).length}.ipynb`);
    const told = newNotebookCommand(path, file, response, given, choice);
    const notebook: Notebook = JSON.parse(readFileSync(path, "utf8"));
    return { notebook, told, text: notebook.cells.map(sourceOf).join("\n") };
  }

  const stay = (i: number): string =>
    `${1 + ((i * 17) % 41)},${1 + (i % 3 > 0 ? 1 : 0)},${20 + ((i * 7) % 60)},${["A", "B"][i % 2]},p${i}`;
  const stays = "survival time,status,age,arm,id";

  it("explains times by Cox's model where a column says which ended with an event, and runs", async () => {
    const { notebook, text } = writeOf(stays, stay, "survival time");
    assert.match(
      text,
      /fromFormula\("Surv\(`survival time`, status == 2\) ~ \. - id", columns, \{ missing: "drop" \}\)/,
    );
    assert.match(text, /new SmoothLasso\({ datafit: cox\(\) }\)/);
    assert.match(
      text,
      /`survival time` is a time, which ends with an event in the 40 rows where `status` is 2, and is censored/,
    );
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /60 of 60 rows have no missing value; features: 2/);
    const plain = writeOf(stays, stay, "survival time", {}, { loss: "squaredError" });
    assert.match(plain.text, /new SmoothLasso\(\)[\s\S]*/);
    assert.match(plain.text, /fromFrame\(columns, \{ response: "survival time", exclude: \["id"\]/);
    const two = writeOf(
      "time,death,recur,x",
      (i) => `${1 + (i % 50)},${i % 2},${i % 3 ? 1 : 0},${i % 7}`,
      "time",
    );
    assert.match(two.text, /new SmoothLasso\(\)/);
    assert.match(two.text, /where it is a time until an event, say `--event "death"` or `--event "recur"`/);
    const bare = writeOf(",time,x", (i) => `row ${i},${(i * 7) % 50},${i % 7}`, "time");
    assert.match(bare.text, /"": unnamed, \.\.\.columns/);
    const named = writeOf(
      "a,b,c",
      (i) => `${1 + ((i * 5) % 13)},${i % 4 ? 1 : 0},${i % 7}`,
      "a",
      {},
      { event: "b" },
    );
    assert.match(named.text, /fromFormula\("Surv\(a, b\) ~ \.", columns/);
  });

  it("explains times of rows with times of entry by both, leaves an id out, and asks for the event among several", async () => {
    const row = (i: number): string => {
      const start = (i * 13) % 20;
      return `${1 + (i >> 1)},${start},${start + 1 + ((i * 7) % 30)},${i % 3 ? 1 : 0},${(i * 5) % 9}`;
    };
    const { notebook, told, text } = writeOf("id,start,stop,event,age", row, "stop");
    assert.match(text, /fromFormula\("Surv\(start, stop, event\) ~ \. - id", columns/);
    assert.match(
      text,
      /`stop` is a time, observed from `start` on, which ends with an event in the 40 rows where `event` is 1/,
    );
    assert.match(told, /^Note: `id` is left out: it numbers what the rows are of, by its name; take it/m);
    assert.match(
      text,
      /where it has no columns, `chosen\.best` may\. The rows of one `id` are in one fold\./,
    );
    assert.match(
      text,
      /Array\.from\(rows, \(i\) => columns\["id"\]\[i\]\);\n.*\(X, y, \{ sampleGroups \}\);/,
    );
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /60 of 60 rows have no missing value; features: 1'/);
    const alone = (i: number): string => `${7 * i},${row(i).replace(/^\d+,/, "")}`;
    assert.doesNotMatch(writeOf("id,start,stop,event,age", alone, "stop").text, /sampleGroups|in one fold/);
    const late = (i: number): string => (i === 9 ? "5,70,7,1,3" : row(i));
    const other = writeOf("id,start,stop,event,age", late, "stop", {}, { event: "event" });
    assert.match(other.text, /fromFormula\("Surv\(stop, event\) ~ \. - id", columns/);
    const several = writeOf(
      "time,status,age",
      (i) => `${1 + ((i * 17) % 41)},${i % 3},${(i * 5) % 9}`,
      "time",
    );
    assert.match(
      several.text,
      /where it is a time that ended as `status` says, with 0, 1 and 2, add a column with 1 for an event and/,
    );
  });

  it("explains counts by Poisson's model, says why, and takes no scores, years or prices for counts", async () => {
    const row = (i: number): string =>
      `${[0, 1, 0, 2, 0, 4, 1][(i * 3) % 7]},${3 + (i % 5)},${i % 6},${(i * i) % 11}`;
    const { notebook, text } = writeOf("accidents,score,age,km", row, "accidents");
    assert.match(text, /new SmoothLasso\({ datafit: poisson\(\) }\)/);
    assert.match(
      text,
      /`accidents` looks like a count, with whole numbers from 0 \(26 of 60\) to 4, half of them at most 1:/,
    );
    assert.match(
      text,
      /^- of `accidents`, the 4 different whole numbers are taken for counts; if they are classes, say `--loss multinomial`$/m,
    );
    const { failure } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    const scores = writeOf("accidents,score,age,km", row, "score");
    assert.match(scores.text, /new SmoothLasso\(\)/);
    assert.match(scores.text, /where it counts something, `--loss poisson` may do better/);
    assert.match(
      scores.told,
      /^Note: of `score`, the 5 different whole numbers are taken for a measure; if/m,
    );
    const asked = writeOf("accidents,score,age,km", row, "score", {}, { loss: "gamma" });
    assert.match(asked.text, /`score` is explained by `gamma`, as you said[\s\S]*datafit: gamma\(\)/);
  });

  it("explains counts by a negative binomial model where their variance is far above their mean", async () => {
    // Days absent from school, quine of R's MASS: var(quine$Days) / mean(quine$Days) is 16.05.
    const days = [
      2, 11, 14, 5, 5, 13, 20, 22, 6, 6, 15, 7, 14, 6, 32, 53, 57, 14, 16, 16, 17, 40, 43, 46, 8, 23, 23, 28,
      34, 36, 38, 3, 5, 11, 24, 45, 5, 6, 6, 9, 13, 23, 25, 32, 53, 54, 5, 5, 11, 17, 19, 8, 13, 14, 20, 47,
      48, 60, 81, 2, 0, 2, 3, 5, 10, 14, 21, 36, 40, 6, 17, 67, 0, 0, 2, 7, 11, 12, 0, 0, 5, 5, 5, 11, 17, 3,
      4, 22, 30, 36, 8, 0, 1, 5, 7, 16, 27, 0, 30, 10, 14, 27, 41, 69, 25, 10, 11, 20, 33, 5, 7, 0, 1, 5, 5,
      5, 5, 7, 11, 15, 5, 14, 6, 6, 7, 28, 0, 5, 14, 2, 2, 3, 8, 10, 12, 1, 1, 9, 22, 3, 3, 5, 15, 18, 22, 37,
    ];
    const row = (i: number): string => `${days[i]},${i % 4},${(i * 7) % 11}`;
    const { notebook, text } = writeOf("Days,Age,km", row, "Days", {}, {}, days.length);
    assert.match(text, /new SmoothLasso\({ datafit: negativeBinomial\({ theta: "estimate" }\) }\)/);
    assert.match(
      text,
      /from 0 \(9 of 146\) to 81, half of them at most 11, whose variance is 16 times its mean, and 1 times for a Poisson count/,
    );
    const { failure } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    const asked = writeOf("Days,Age,km", row, "Days", {}, { loss: "poisson" }, days.length);
    assert.match(asked.text, /datafit: poisson\(\)/);
    // In ten rows a ratio of 2.2 is within 4 standard errors, 0.47 each, of Poisson's 1.
    const few = [0, 1, 0, 0, 2, 0, 0, 4, 1, 0];
    assert.equal(lossFor("new", "few.csv", "count", { count: few }, {}).loss, "poisson");
  });

  it("asks for the loss where numbers from 0 or 1 may be classes, and takes counts with rare large ones for counts", () => {
    const lossOf = (values: readonly number[], choice = {}) =>
      lossFor("new", "own.csv", "y", { y: [...values] }, choice);
    const repeated = (values: readonly number[], times: number): number[] =>
      values.flatMap((value) => Array<number>(times).fill(value));
    // The cultivars of the wines of scikit-learn's load_wine: 59, 71 and 48.
    const wine = [...repeated([0], 59), ...repeated([1], 71), ...repeated([2], 48)];
    const message =
      'new: --loss must say what "y" of own.csv is, since its numbers may be classes, counts or a measure, got 0 (59 rows), 1 (71 rows), 2 (48 rows); ' +
      "say --loss multinomial for classes, --loss poisson for counts, or --loss squaredError for a measure";
    assert.throws(() => lossOf(wine), { message });
    for (const values of [repeated([1, 2, 3], 20), repeated([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 9)])
      assert.throws(() => lossOf(values), /--loss must say what "y" of own\.csv is/);
    for (const loss of ["multinomial", "poisson", "squaredError"] as const)
      assert.deepEqual(lossOf(wine, { loss }), { loss, why: `is explained by \`${loss}\`, as you said` });
    const doubts = [
      ["no run from 0 or 1", repeated([3, 4, 5, 6, 7], 9), "squaredError"],
      [
        "a number in less than 5 % of the rows",
        [...repeated([0], 60), ...repeated([1], 30), 2, 2],
        "poisson",
      ],
      ["a number in one row", [...repeated([0, 1], 5), 2], "poisson"],
    ] as const;
    for (const [what, values, loss] of doubts) {
      const chosen = lossOf(values);
      assert.equal(chosen.loss, loss, what);
      assert.match(chosen.doubt ?? "", /if they are classes, say `--loss multinomial`$/, what);
    }
    const many = Array.from({ length: 60 }, (_, i) => i % 11);
    assert.equal(lossOf(many).doubt, undefined);
  });

  it("chooses a loss for more rows than a function takes arguments", () => {
    const counts = Array.from({ length: 300_000 }, (_, i) => (i % 5) ** 2);
    assert.equal(lossFor("new", "counts.csv", "count", { count: counts }, {}).loss, "negativeBinomial");
  });

  it("reads dates of one possible format as days, and others by the format it is told", async () => {
    const row = (i: number): string =>
      `${1 + (i % 28)}.${1 + (i % 12)}.2024,0${1 + (i % 9)}/0${1 + (i % 7)}/24,${(i * 7) % 11},${i % 5}.5`;
    const { notebook, told, text } = writeOf("day,seen,x,y", row, "y");
    assert.match(told, /^Note: `day` has dates of the format D\.M\.YYYY, read as days since 1970-01-01$/m);
    assert.match(
      told,
      /^Note: `seen` is left out: .*; say `--date "seen=DD\/MM\/YY"` or `--date "seen=MM\/DD\/YY"`, or move it/m,
    );
    assert.match(text, /readCsv\("own.csv", \{ dates: \{ day: "D\.M\.YYYY" \} \}\)/);
    const { failure, notebook: done } = await runNotebook(notebook, { cwd: folder });
    assert.equal(failure, undefined);
    assert.match(JSON.stringify(done.cells[1]), /features: 2/);
    const named = writeOf("day,seen,x,y", row, "y", { dates: { seen: "MM/DD/YY" } });
    assert.match(named.text, /dates: \{ seen: "MM\/DD\/YY", day: "D\.M\.YYYY" \}/);
    assert.doesNotMatch(named.told, /left out/);
  });

  it("refuses a loss that does not fit the response in one sentence", () => {
    const refuses = (response: string, choice: Anything, message: string): void => {
      assert.throws(() => writeOf(stays, stay, response, {}, choice), {
        message: `smooth-edges new: ${message}`,
      });
    };
    refuses(
      "arm",
      { loss: "squaredError" },
      '--loss squaredError needs numbers, got column "arm", which has texts',
    );
    refuses("age", { loss: "logistic" }, '--loss logistic needs two values, got column "age", which has 60');
    refuses(
      "age",
      { event: "arm" },
      '--event needs a column of 0 and 1, or of 1 and 2, beside the response, got column "arm", which has other values',
    );
    refuses(
      "age",
      { event: "stat" },
      `--event must be a column of ${join(folder, "own.csv")}, got "stat"; did you mean "status"?`,
    );
    refuses("arm", { event: "status" }, '--event needs times above 0, got column "arm", which has texts');
  });

  it("keeps a notebook that is there, and names the columns where the response is none", () => {
    write("rent");
    const path = join(folder, "flats.ipynb");
    const data = join(folder, "data/flats.csv");
    assert.throws(() => newNotebookCommand(path, data, "rent"), {
      message: `smooth-edges new: NOTEBOOK must be a file that does not exist yet, got ${JSON.stringify(path)}; choose another name`,
    });
    const other = join(folder, "other.ipynb");
    const advice = { Rent: 'did you mean "rent"?', toString: 'it has "area", "city", "rent", "lift"' };
    for (const [response, remedy] of Object.entries(advice)) {
      assert.throws(() => newNotebookCommand(other, data, response), {
        message: `smooth-edges new: --response must be a column of ${data}, got "${response}"; ${remedy}`,
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
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 13},${i % 2 ? i : ""},${i % 3 ? i % 5 : "NA"},`);
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
      /--response must be a column of at least two values, got "empty" of .*, which has none$/,
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
    refused(`y\n${"1\n2\n".repeat(9)}`, /one column to explain it by, got 18 rows and 0 such/);
    refused(
      "x,y\n1,2\n1\n",
      /DATA must be a CSV file that can be read as the options say, got .*: line 3 must be of 2 values as line 1 has, got 1; --delimiter/,
    );
    refused(tenRows("1,2"), /NOTEBOOK must end in \.ipynb/, "flats.txt");
  });
});
