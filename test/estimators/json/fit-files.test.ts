/** Fits as files: what the schema in docs/fit-files says of them, and what other languages predict from them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { logistic, multinomial, poisson } from "../../../src/datafits";
import { type MultiResponseFit, SmoothLasso, type SparseLinearFit } from "../../../src/estimators";
import { datafitCases } from "../../support/datafit-cases";
import { estimators } from "../../support/estimators";
import { linearData } from "../../support/problems";
import { ROOT } from "../../support/tracked-files";

const FOLDER = join(ROOT, "docs/fit-files");
const { X, y } = linearData(7, 40, 6);
const rows = X.slice(0, 5);
const labels = X.map((row, i) => (row[0] + Math.sin(7 * i) > 0 ? "yes" : "no"));

interface Kind {
  readonly title: string;
  readonly fit: SparseLinearFit | MultiResponseFit;
}

/** The responses of 40 samples, one after the other in memory. */
const columns = (target: Float64Array): Float64Array[] =>
  Array.from({ length: target.length / 40 }, (_, r) => target.subarray(40 * r, 40 * (r + 1)));

/** A fit of every estimator and of every loss, of two classes by name and of three by number. */
function everyKind(): Kind[] {
  const ofEstimators = estimators.map(({ title, make }) => ({
    title,
    fit: make({ lambda: 0.05 }).fit(X, y),
  }));
  const ofLosses = datafitCases.map(({ factory, datafit, draw }) => {
    const target = draw(40, 5);
    const Y = datafit.nResponses === 1 ? target : X.map((_, i) => columns(target).map((column) => column[i]));
    const classes = datafit.responses === "classes" ? (Y as number[][]).map((row) => row.indexOf(1)) : Y;
    const loss = datafit.responses === "classes" ? multinomial() : datafit;
    const fit = new SmoothLasso({ lambda: 0.02, datafit: loss }).fit(X, classes) as Kind["fit"];
    return { title: `${factory} of ${datafit.nResponses}`, fit };
  });
  const named = new SmoothLasso({ lambda: 0.02, datafit: logistic() }).fit(X, labels);
  return [...ofEstimators, ...ofLosses, { title: "two classes by name", fit: named }];
}

/** What a reader of another language has to say. */
function expected({ fit }: Kind): unknown[] {
  if (fit.classes) return [...fit.predictLabels(rows)];
  return Array.from<number | Float64Array, unknown>(fit.predict(rows) as ArrayLike<number>, (entry) =>
    typeof entry === "number" ? entry : Array.from(entry as Float64Array),
  );
}

/** Whether a program is not there or fails at what it is asked first; prints that tests are skipped for it, and why. */
function lacks(program: string, probe: readonly string[]): boolean {
  const { status, error, stderr } = spawnSync(program, probe, { encoding: "utf8" });
  if (status === 0) return false;
  process.stdout.write(
    `skipped: ${program} ${error ? "is not installed" : `says: ${stderr.trim().split("\n")[0]}`}\n`,
  );
  return true;
}

/** A schema in which every field must be described. */
function closed(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const own = "properties" in schema && "type" in schema ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...own };
}

describe("fits as files", () => {
  const schema = JSON.parse(readFileSync(join(FOLDER, "fit.schema.json"), "utf8"));
  let kinds: readonly Kind[];
  let folder: string;

  before(() => {
    kinds = everyKind();
    folder = mkdtempSync(join(tmpdir(), "fits-"));
    for (const [k, { fit }] of kinds.entries()) writeFileSync(join(folder, `${k}.json`), JSON.stringify(fit));
    writeFileSync(join(folder, "rows.json"), JSON.stringify(rows));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("obey the schema, which describes every field", () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(closed(schema) as object);
    for (const { title, fit } of kinds) {
      assert.ok(validate(JSON.parse(JSON.stringify(fit))), `${title}: ${JSON.stringify(validate.errors)}`);
    }
    assert.deepEqual(
      [...new Set(kinds.map(({ fit }) => JSON.parse(JSON.stringify(fit)).datafit.$made))].sort(),
      schema.properties.datafit.properties.$made.enum,
    );
  });

  it("are told from what is no fit by the schema", () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    const one = JSON.parse(JSON.stringify(kinds[0].fit));
    assert.ok(validate({ ...one, isEndless: true, comment: "of Monday" }));
    const faults = [
      { version: 2 },
      { coef: undefined },
      { coef: [null] },
      { status: "fine" },
      { lambda: "big" },
      { featureNames: ["a", "a"] },
      { isEndless: false },
      { trace: [{ iteration: 1.5, objective: 0, stationarity: 0 }] },
    ];
    for (const fault of faults) {
      assert.ok(!validate(JSON.parse(JSON.stringify({ ...one, ...fault }))), JSON.stringify(fault));
    }
  });

  const readers = [
    {
      language: "Python",
      program: "python3",
      probe: ["-c", "import json"],
      code: (home: string, count: number) => `
import json, sys
sys.path.insert(0, ${JSON.stringify(FOLDER)})
sys.dont_write_bytecode = True
from read_fit import predict, read_fit
home = ${JSON.stringify(home)}
rows = json.load(open(home + "/rows.json"))
print(json.dumps([predict(read_fit(f"{home}/{k}.json"), rows) for k in range(${count})]))`,
      flag: "-c",
    },
    {
      language: "R",
      program: "Rscript",
      probe: ["-e", "library(jsonlite)"],
      code: (home: string, count: number) => `
source(${JSON.stringify(join(FOLDER, "read_fit.R"))})
home <- ${JSON.stringify(home)}
rows <- jsonlite::fromJSON(file.path(home, "rows.json"))
predicted <- lapply(seq_len(${count}) - 1, function(k) predict_fit(read_fit(file.path(home, paste0(k, ".json"))), rows))
cat(jsonlite::toJSON(predicted, digits = NA))`,
      flag: "-e",
    },
  ];

  for (const { language, program, probe, code, flag } of readers) {
    it(`predict the same in ${language}`, function () {
      if (lacks(program, probe)) return this.skip();
      const { stdout, stderr, status } = spawnSync(program, [flag, code(folder, kinds.length)], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      const predicted = JSON.parse(stdout) as unknown[][];
      for (const [k, kind] of kinds.entries()) {
        const others = predicted[k].flat();
        for (const [i, value] of expected(kind).flat().entries()) {
          if (typeof value !== "number") assert.equal(others[i], value, kind.title);
          else {
            const gap = Math.abs((others[i] as number) - value);
            assert.ok(
              gap <= 1e-12 * (1 + Math.abs(value)),
              `${kind.title}, ${i}: ${others[i]}, not ${value}`,
            );
          }
        }
        assert.equal(others.length, expected(kind).flat().length, kind.title);
      }
    });

    it(`ask for what they need in ${language}`, function () {
      if (lacks(program, probe)) return this.skip();
      const exposed = new SmoothLasso({ lambda: 0.02, datafit: poisson() }).fit(
        X,
        X.map((_, i) => i % 3),
        { offset: X.map((_, i) => 0.1 * i) },
      );
      const refused = (fit: unknown, table: unknown): string => {
        const home = mkdtempSync(join(tmpdir(), "fits-"));
        writeFileSync(join(home, "0.json"), JSON.stringify(fit));
        writeFileSync(join(home, "rows.json"), JSON.stringify(table));
        const { stderr, status } = spawnSync(program, [flag, code(home, 1)], { encoding: "utf8" });
        rmSync(home, { recursive: true });
        assert.notEqual(status, 0);
        return stderr;
      };
      assert.match(refused(exposed, rows), /offset must be given, since the fit had one/);
      const narrow = rows.map((row) => Array.from(row).slice(0, 3));
      assert.match(refused(kinds[0].fit, narrow), /must have the 6 features of the fit, got 3/);
      assert.match(refused({ coef: [1] }, rows), /must be a smooth-edges\/fit of version 1/);
    });
  }
});
