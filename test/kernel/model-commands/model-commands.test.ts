/** `smooth-edges fit`, `predict` and `explain` as processes, against the same models in memory. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cox, logistic, poisson, SmoothGroupLasso, SmoothLasso } from "../../../src";
import { type CsvOptions, readCsv } from "../../../src/data";
import { fromFormula, fromFrame, pipeline } from "../../../src/frame";
import { ROOT } from "../../support/tracked-files";

const CLI = resolve(__dirname, "../../../kernel/cli/cli.js");
const CITIES = ["Bonn", "Kiel", "Ulm"];

/** Numbers between 0 and 1 that look drawn. */
const noise = (i: number): number => ((i * 7919) % 104_729) / 104_729;

/** Flats with gaps in each kind of column, levels that are numbers in part, and a count of rows. */
const FLATS = Array.from({ length: 80 }, (_, i) => {
  const area = 30 + 70 * noise(3 * i + 1);
  const city = CITIES[Math.floor(3 * noise(5 * i + 2))];
  const rent = 100 + 8 * area + (city === "Bonn" ? 90 : 0) + 40 * noise(11 * i);
  return {
    id: i + 1,
    area: i % 9 === 4 ? null : area,
    city: i % 13 === 6 ? null : city,
    floor: ["1", "2", "3+"][i % 3],
    rent: i % 20 === 7 ? null : rent,
    lift: area + 20 * noise(17 * i) > 75 ? "yes" : "no",
    visits: Math.floor(5 * noise(13 * i) * noise(23 * i)),
  };
});

function csvOf(rows: readonly object[]): string {
  const lines = rows.map((row) =>
    Object.values(row)
      .map((value) => value ?? "")
      .join(","),
  );
  return `${[Object.keys(rows[0]).join(","), ...lines].join("\n")}\n`;
}

describe("smooth-edges fit, predict and explain", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "model commands ")));
    writeFileSync(join(folder, "flats.csv"), csvOf(FLATS));
  });
  after(() => rmSync(folder, { recursive: true }));

  function command(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, out: stdout, err: stderr };
  }

  function done(...args: string[]) {
    const { status, out, err } = command(...args);
    assert.equal(status, 0, err);
    return { out, err };
  }

  /** The numbers of a column of predictions. */
  function column(text: string, name: string): unknown[] {
    return readCsv(new TextEncoder().encode(text))[name];
  }

  const read = (file: string, options?: CsvOptions) => readCsv(join(folder, file), options);

  it("explains numbers by least squares, and predicts as the same pipeline does, to the last bit", () => {
    const { out, err } = done("fit", "flats.csv", "--response", "rent", "--seed", "3");
    assert.match(err, /^`rent` of flats\.csv is a number: least squares explain it/);
    assert.match(err, /4 of 80 rows are left out, which have no value of `rent`/);
    assert.match(err, /`id` is left out: it counts the rows; name it by --features to use it/);
    const filled =
      /In 76 rows these values of features are missing: 8 of `area`, 6 of `city`; each is replaced by the mean/;
    assert.match(err, filled);
    assert.match(done("explain", "model.json").out, filled);
    const rows = FLATS.flatMap(({ rent }, i) => (rent === null ? [] : [i]));
    const frame = Object.fromEntries(
      Object.entries(read("flats.csv")).map(([name, values]) => [name, rows.map((i) => values[i])]),
    );
    const columns = { response: "rent", exclude: "id", categorical: "floor", missing: "mean" } as const;
    const cv = pipeline(columns, new SmoothLasso()).crossValidate(frame, { seed: 3 });
    assert.ok(out.includes(String(cv.oneStandardError)));
    assert.ok(out.includes(String(cv)));
    const expected = Array.from(cv.oneStandardError.predict(read("flats.csv")));
    assert.deepEqual(column(done("predict", "model.json", "flats.csv").out, "prediction"), expected);
    done(
      "fit",
      "flats.csv",
      "--response",
      "rent",
      "--seed",
      "3",
      "--choose",
      "lambda.min",
      "-o",
      "best.json",
    );
    const best = column(done("predict", "best.json", "flats.csv").out, "prediction");
    assert.deepEqual(best, Array.from(cv.best.predict(read("flats.csv"))));
  });

  it("tells text classes apart, with the probability of each, into a file", () => {
    const { out, err } = done("fit", "flats.csv", "-y", "lift", "--exclude", "id", "rent", "-o", "lift.json");
    assert.match(err, /has two values: a logistic regression tells them apart/);
    assert.match(out, /^AUC /m);
    assert.match(out, /^Coefficients above 0 make class "yes" likelier\.$/m);
    assert.match(out, /^Predictions of 80 rows, each by a fit that has not seen it$/m);
    const { err: told } = done("predict", "lift.json", "flats.csv", "--output", "lifts.csv");
    assert.match(
      told,
      /missing values are read as they were in the fit, by its rule "mean": of `area` 9, of `city` 6/,
    );
    const predicted = read("lifts.csv");
    const fitted = pipeline(
      { response: "lift", exclude: ["id", "rent"], categorical: "floor", missing: "mean" },
      new SmoothLasso({ datafit: logistic() }),
    ).crossValidate(read("flats.csv")).oneStandardError;
    const shares = fitted.predictProbability(read("flats.csv"));
    assert.deepEqual(
      predicted["probability of yes"],
      shares.map(([, yes]) => yes),
    );
    assert.deepEqual(predicted.prediction, fitted.predictLabels(read("flats.csv")));
  });

  it("takes counts, groups of columns and a lambda", () => {
    const flags = ["--estimator", "SmoothGroupLasso", "--lambda", "0.02", "--features", "area", "city"];
    const { err } = done("fit", "flats.csv", "-y", "visits", ...flags, "-o", "visits.json");
    assert.match(err, /looks like a count.*a Poisson regression explains it/);
    const doubt = "he 5 different whole numbers are taken for counts; if they are classes, say";
    assert.equal(err.split(doubt).length, 3, "said before and after the result");
    const data = fromFrame(read("flats.csv"), {
      response: "visits",
      features: ["area", "city"],
      missing: "mean",
    });
    const { groups } = data;
    const model = new SmoothGroupLasso({ groups, datafit: poisson(), lambda: 0.02 });
    const expected = Array.from(model.fit(data.X, data.y).predict(data.X));
    assert.deepEqual(column(done("predict", "visits.json", "flats.csv").out, "prediction"), expected);
    assert.match(done("explain", "visits.json").out, /rows that it was fitted to/);
  });

  it("takes weights, an offset and penalty factors, as the pipeline does, in the code too", () => {
    const rows = FLATS.map(({ area, city, visits }, i) => ({
      area: area ?? 60,
      city: city ?? "",
      w: 1 + (i % 3),
      time: 1 + 9 * noise(43 * i),
      visits,
    }));
    writeFileSync(join(folder, "rates.csv"), csvOf(rows));
    const own = ["--sample-weight", "w", "--offset", "log(time)", "--penalty-factor", "city=0"];
    const flags = ["--loss", "poisson", "--lambda", "0.05", "--missing-rule", "drop", ...own];
    const { err } = done("fit", "rates.csv", "-y", "visits", ...flags, "-o", "rates.json");
    assert.match(err, /^`log\(time\)` is added to the linear predictor\.$/m);
    const frame = read("rates.csv");
    const kept = rows.flatMap(({ city }, i) => (city === "" ? [] : [i]));
    const { X, y, groupNames, encode } = fromFrame(frame, {
      response: "visits",
      exclude: ["w", "time"],
      missing: "drop",
    });
    const fit = new SmoothLasso({
      datafit: poisson(),
      lambda: 0.05,
      penaltyFactors: groupNames.map((name) => (name === "city" ? 0 : 1)),
    }).fit(X, y, {
      sampleWeight: kept.map((i) => rows[i].w),
      offset: kept.map((i) => Math.log(rows[i].time)),
    });
    const fresh = { area: [50, 90], city: ["Ulm", "Bonn"] };
    const expected = Array.from(fit.predict(encode(fresh), { offset: [Math.log(2), Math.log(4)] }));
    writeFileSync(join(folder, "fresh.csv"), "time,city,area\n2,Ulm,50\n4,Bonn,90\n");
    assert.deepEqual(column(done("predict", "rates.json", "fresh.csv").out, "prediction"), expected);
    writeFileSync(join(folder, "timeless.csv"), "city,area\nUlm,50\n");
    assert.match(command("predict", "rates.json", "timeless.csv").err, /without "time"/);
    const { out } = done("explain", "rates.json");
    const code = out
      .slice(out.indexOf("import "))
      .replace('"rates.csv"', JSON.stringify(join(folder, "rates.csv")));
    const program = `${code}console.log("coefficients " + JSON.stringify(Array.from(fit.fit.coef)));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const printed = /^coefficients (.*)$/m.exec(stdout);
    assert.ok(printed, stderr);
    assert.deepEqual(JSON.parse(printed[1]), Array.from(fit.coef));
  });

  it("explains times with events by Cox's model", () => {
    const rows = FLATS.map(({ area }, i) => ({
      time: 1 + (area ?? 60) * noise(29 * i),
      status: i % 3 === 0 ? 0 : 1,
      area: area ?? 60,
    }));
    writeFileSync(join(folder, "times.csv"), csvOf(rows));
    const { err } = done("fit", "times.csv", "-y", "time", "--n-lambdas", "10", "-o", "times.json");
    assert.match(err, /is a time, which ends with an event in the 53 rows where `status` is 1/);
    const { X, y, encode } = fromFormula("Surv(time, status) ~ area", read("times.csv"));
    const fit = new SmoothLasso({ datafit: cox() }).crossValidate(X, y, { nLambdas: 10 }).oneStandardError;
    const expected = Array.from(fit.predict(encode(read("times.csv"))));
    assert.deepEqual(column(done("predict", "times.json", "times.csv").out, "relative hazard"), expected);
  });

  it("reads new files as that of the fit was read, columns in any order, levels as texts", () => {
    const german = FLATS.map(({ area, floor, lift, visits }) =>
      [floor, String(area ?? "").replace(".", ","), lift, visits].join(";"),
    );
    writeFileSync(join(folder, "german.csv"), `${["floor;area;lift;visits", ...german].join("\n")}\n`);
    const { err } = done("fit", "german.csv", "-y", "area", "--folds", "5", "-o", "german.json");
    assert.match(err, /9 of 80 rows are left out/);
    // Floors are all numbers here.
    writeFileSync(join(folder, "few.csv"), "visits;lift;floor\n1;no;2\n0;yes;1\n");
    const [first, second] = column(done("predict", "german.json", "few.csv").out, "prediction");
    const whole = { visits: [1, 0], lift: ["no", "yes"], floor: ["2", "1"] };
    const frame = read("german.csv", { decimal: "," });
    const rows = FLATS.flatMap(({ area }, i) => (area === null ? [] : [i]));
    const complete = Object.fromEntries(
      Object.entries(frame).map(([name, values]) => [name, rows.map((i) => values[i])]),
    );
    const columns = { response: "area", categorical: "floor", missing: "mean" } as const;
    const { oneStandardError } = pipeline(columns, new SmoothLasso()).crossValidate(complete, { folds: 5 });
    assert.deepEqual([first, second], Array.from(oneStandardError.predict(whole)));
  });

  it("gives the code that makes the same model", () => {
    done("fit", "flats.csv", "-y", "rent", "--estimator", "SmoothBridge", "--q", "0.5", "-o", "code.json");
    const { out } = done("explain", "code.json");
    const code = out.slice(out.indexOf("import "));
    const program = `${code.replace('"flats.csv"', JSON.stringify(join(folder, "flats.csv")))}
console.log("predictions " + JSON.stringify(Array.from(fit.predict(columns))));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const printed = /^predictions (.*)$/m.exec(stdout);
    assert.ok(printed, stderr);
    assert.deepEqual(
      JSON.parse(printed[1]),
      column(done("predict", "code.json", "flats.csv").out, "prediction"),
    );
  });

  it("asks for the loss of numbers that may be classes, and takes them for classes where it is told so", () => {
    writeFileSync(
      join(folder, "classes.csv"),
      csvOf(FLATS.map(({ area }, i) => ({ x: area ?? 60, kind: Math.floor(3 * noise(5 * i + 2)) }))),
    );
    const { status, out, err } = command("fit", "classes.csv", "-y", "kind", "-o", "classes.json");
    assert.deepEqual([status, out], [2, ""]);
    assert.match(
      err,
      /^smooth-edges fit: --loss must say what "kind" of classes\.csv is, .*; say --loss multinomial for classes/,
    );
    assert.ok(!existsSync(join(folder, "classes.json")));
    const flags = ["--loss", "multinomial", "--lambda", "0.01", "-o", "classes.json"];
    assert.match(done("fit", "classes.csv", "-y", "kind", ...flags).out, /^accuracy /m);
  });

  const refusals: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
    ["a misspelt column", ["flats.csv", "-y", "Rent"], /got "Rent"; did you mean "rent"\?$/],
    [
      "a misspelt feature",
      ["flats.csv", "-y", "rent", "--features", "are"],
      /--features must be a column of flats\.csv, got "are"; did you mean "area"\?$/,
    ],
    ["no such file", ["none.csv", "-y", "rent"], /DATA must be an existing file, got "none\.csv"$/],
    ["an empty file", ["empty.csv", "-y", "rent"], /must have at least one line, got none/],
    [
      "a response of texts",
      ["notes.csv", "-y", "note"],
      /--response must be a column of numbers or classes, got "note"/,
    ],
    [
      "no response",
      ["flats.csv"],
      /--response must be a column of flats\.csv, got none; it has "id", "area", "city", /,
    ],
    [
      "an option of another estimator",
      ["flats.csv", "-y", "rent", "--q", "0.5"],
      /--q must come with an estimator that has it, got SmoothLasso; say --estimator SmoothBridge or SmoothGroupBridge$/,
    ],
    [
      "a list of columns that takes the file too",
      ["--features", "area", "flats.csv"],
      /DATA must be a CSV file, got none; name it before --features, which take all words behind them$/,
    ],
    [
      "an option of glmnet",
      ["flats.csv", "-y", "rent", "--alpha", "0.5"],
      /options must be those that --help lists, got --alpha; glmnet's alpha is --l1-ratio with --estimator SmoothElasticNet, scikit-learn's is --lambda$/,
    ],
    [
      "a family of glmnet",
      ["flats.csv", "-y", "lift", "--loss", "binomial"],
      /The loss of the family binomial is logistic\.$/,
    ],
    [
      "a value outside its domain",
      ["flats.csv", "-y", "rent", "--folds", "1"],
      /folds must be an integer from 2 to the number of rows, here 76, got 1$/,
    ],
    [
      "a loss beside an estimator with its own",
      ["flats.csv", "-y", "rent", "--estimator", "QuantileLasso", "--loss", "poisson"],
      /--loss must be left out with --estimator QuantileLasso/,
    ],
    [
      "a place that is another file's",
      ["flats.csv", "-y", "rent", "-o", "flats.csv"],
      /--output must be a new file or one that this command wrote, got "flats\.csv"/,
    ],
    [
      "a folder that is none",
      ["flats.csv", "-y", "rent", "-o", "none/model.json"],
      /--output must be a path one can write to, got "none\/model\.json" \(ENOENT\)$/,
    ],
  ];
  for (const [what, args, message] of refusals) {
    it(`refuses ${what} in one sentence, with code 2`, () => {
      writeFileSync(join(folder, "empty.csv"), "");
      writeFileSync(join(folder, "notes.csv"), csvOf(FLATS.map((_, i) => ({ a: i % 7, note: `note ${i}` }))));
      const { status, out, err } = command("fit", ...args);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err.replace("\n(--help shows what there is)", "").trimEnd().split("\n").at(-1)!, message);
    });
  }

  it("refuses new files that the model cannot read, and predicts unknown levels where it may", () => {
    done("fit", "flats.csv", "-y", "visits", "--features", "area", "city", "-o", "city.json");
    writeFileSync(join(folder, "lacking.csv"), "area,town\n50,Ulm\n");
    writeFileSync(join(folder, "level.csv"), "area,city\n50,Rom\n");
    writeFileSync(join(folder, "text.csv"), "area,city\nfifty,Ulm\n");
    const cases: [string[], RegExp][] = [
      [
        ["city.json", "lacking.csv"],
        /DATA must have every column of the model, got "lacking\.csv" without "city"/,
      ],
      [
        ["city.json", "level.csv"],
        /got "level\.csv": line 2, column "city" must be a level .*"Rom"; --unknown zero takes it for none of them$/,
      ],
      [["city.json", "text.csv"], /got "text\.csv": line 2, column "area" must be a number.*"fifty"/],
      [["flats.csv", "flats.csv"], /MODEL must be a file that smooth-edges fit wrote, got "flats\.csv"/],
      [["none.json", "flats.csv"], /MODEL must be an existing file, got "none\.json"$/],
    ];
    for (const [args, message] of cases) {
      const { status, out, err } = command("predict", ...args);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err.trimEnd(), message);
    }
    assert.match(
      done("predict", "city.json", "level.csv", "--unknown", "zero").out,
      /^prediction\n[\d.]+\n$/,
    );
  });

  it("names a column of dates that new files lack, calls it dates, and says where a fit has no features", () => {
    const rows = FLATS.map((_, i) => ({ day: `2024-0${1 + (i % 9)}-1${i % 7}`, y: noise(41 * i) }));
    writeFileSync(join(folder, "days.csv"), csvOf(rows));
    writeFileSync(join(folder, "dayless.csv"), "date\n2024-01-01\n");
    const flags = ["--lambdas", "[10,5]", "-o", "days.json"];
    const { out } = done("fit", "days.csv", "-y", "y", ...flags);
    assert.match(out, /^The chosen fit has no features\.$/m);
    assert.match(done("explain", "days.json").out, /^day +dates of the format YYYY-MM-DD, in days +1$/m);
    const { status, err } = command("predict", "days.json", "dayless.csv");
    assert.equal(status, 2);
    assert.match(err, /DATA must have every column of the model, got "dayless\.csv" without "day"/);
  });

  it("lists the options of every estimator and of cross-validation, with what they mean", () => {
    const { out } = done("fit", "--help-all");
    for (const flag of [
      "--l1-ratio",
      "--q ",
      "--gamma",
      "--tau",
      "--adaptive",
      "--standardize",
      "--measure",
      "--seed",
    ])
      assert.ok(out.includes(flag), flag);
    assert.match(
      out.replace(/\s+/g, " "),
      /--tau <value> The quantile, strictly between 0 and 1\. Default: 0\.5/,
    );
  });

  it("ends by a signal with what it has, which it writes", async function () {
    const rows = Array.from({ length: 1500 }, (_, i) => {
      const features = Array.from({ length: 100 }, (_, j) => noise((i + 1) * (j + 3) * 31));
      return { ...features.map(String), y: features[0] + noise(37 * i) > 1 ? "yes" : "no" };
    });
    writeFileSync(
      join(folder, "wide.csv"),
      csvOf(
        rows.map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name === "y" ? name : `f${name}`, value]),
          ),
        ),
      ),
    );
    const child = spawn(process.execPath, [CLI, "fit", "wide.csv", "-y", "y", "-o", "wide.json"], {
      cwd: folder,
    });
    let err = "";
    let isSent = false;
    child.stderr.setEncoding("utf8").on("data", (part) => {
      err += part;
      if (!/fold [2-7] of 10/.test(part)) return;
      isSent = true;
      child.kill("SIGINT");
    });
    const code = await new Promise((end) => child.on("close", end));
    // A fit that ended before its progress named a fold in the middle shows nothing.
    if (!isSent) return this.skip();
    assert.equal(code, 130, err);
    assert.match(err, /Interrupted; what was fitted before is written\. Wrote wide\.json\.$/m);
    assert.ok(existsSync(join(folder, "wide.json")));
    assert.match(done("explain", "wide.json").out, /interrupted after \d/);
    assert.ok(readFileSync(join(folder, "wide.json"), "utf8").length > 1000);
  });
});
