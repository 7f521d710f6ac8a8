import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { ROOT } from "./support/tracked-files";

/** The fork of TypeScript 5.0 with which tslab checks the cells of a notebook. */
const cellTypeScript: typeof ts = createRequire(join(ROOT, "node_modules/tslab/package.json"))(
  "@tslab/typescript-for-tslab",
);

/** Fails to compile where a value that should have a type is `any`. */
const NOT_ANY = `
type IsAny<T> = 0 extends 1 & T ? true : false;
declare function typed<T>(value: T, isAny: IsAny<T>): void;
`;

const USE = `${NOT_ANY}
import { type Certificate, type ClassLabel, fitFromJSON, fitOnSupport, lbfgs, logistic, type MultiResponseFit, multinomial, type MultiResponsePath, SmoothGroupLasso, SmoothLasso, type SparseLinearFit, squaredError } from "smooth-edges";
import { hadamardProduct } from "smooth-edges/surrogate";
import { loadDiabetes, readCsv } from "smooth-edges/data";
import { sparsify, useBestBackend } from "smooth-edges/nn";
import { coefficientPlot, pathPlot } from "smooth-edges/plot";

const { columns, response, featureNames } = loadDiabetes();
const model = new SmoothLasso({ lambda: 0.1 });
const fit = model.fit(columns, response);
const path = model.path(columns, response, { nLambdas: 10 });
const certificate: Certificate = fit.certificate;
typed(columns, false); typed(response, false); typed(featureNames, false);
typed(fit, false); typed(fit.coef, false); typed(fit.coef[0], false); typed(fit.intercept, false);
typed(fit.support, false); typed(fit.status, false); typed(certificate.dualityGap, false);
typed(fit.predict(columns), false); typed(fit.predictLabels(columns), false); typed(fit.classes, false); typed(path, false);
typed(fit.refit(), false); typed(path.relaxed(0.5), false); typed(fit.toJSON(), false); typed(fitFromJSON("").coef, false);
model.fit(columns, ["no", "yes"]); typed(path.lambdas, false); typed(path.at(1).coef, false);
typed(coefficientPlot(fit), false); typed(pathPlot(path).spec, false); typed(pathPlot(path).toSVG(), false);
typed(useBestBackend(), false); typed(sparsify, false); typed(hadamardProduct({ depth: 2 }), false); typed(lbfgs(), false);

const one: SparseLinearFit = new SmoothLasso({ lambda: 0.1, datafit: logistic() }).fit(columns, response);
const classes = new SmoothLasso({ lambda: 0.1, datafit: multinomial() }).fit(columns, ["a", "b"]);
const tasks = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }) });
const labels: ClassLabel[] = classes.predict(columns);
const known: readonly ClassLabel[] = classes.classes;
const perClass: MultiResponseFit<"classes"> = classes;
const grid: MultiResponsePath<"tasks"> = tasks.path(columns, [[1, 2], [3, 4]]);
const predicted: Float64Array[] = grid.at(1).predict(columns);
const none: undefined = grid.fits[0].classes;
typed(one, false); typed(classes.coefs, false); typed(classes.coefs[0], false); typed(classes.intercepts, false);
const relaxed: MultiResponsePath<"tasks"> = grid.relaxed(0.5);
const loaded: MultiResponseFit<"classes"> = fitFromJSON("");
typed(classes.refit().coefs, false); typed(classes.predictLabels(columns), false); typed(grid.best("bic"), false);
typed(classes.toJSON().coefs, false); typed(grid.toJSON().fits[0].intercepts, false);
typed(fitOnSupport(columns, ["a", "b"], [0], { datafit: multinomial() }).coefs, false);
typed(classes.predict(columns), false); typed(grid.coefs[0][0], false); typed(grid.at(1).predict(columns)[0], false);
const again: MultiResponseFit<"classes"> =
  new SmoothLasso({ lambda: 0.1, datafit: multinomial({ nClasses: 2 }), init: classes }).fit(columns, ["a", "b"]);

model.fit([[1, 2], [3, 4]], [1, 2]);
model.fit([Float64Array.of(1, 2)], Float64Array.of(1));
model.fit({ data: new Float64Array(4), nSamples: 2, nFeatures: 2 }, [1, 2]);
model.fit([{ age: 1 }, { age: 2 }], [1, 2]);
interface Person { age: number; smoker: boolean }
const people: Person[] = [{ age: 1, smoker: true }];
model.fit(people, [true]);
model.fit(people, readCsv("people.csv").kind);
`;

const CHARTS = `
import { SmoothGroupLasso, SmoothLasso, squaredError } from "smooth-edges";
import { bootstrapInclusion, knockoffFilter, stabilitySelection } from "smooth-edges/selection";
import * as plot from "smooth-edges/plot";

declare const X: Record<string, number[]>, y: number[], several: number[][];
const model = new SmoothLasso();
const tasks = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }) });
for (const cv of [model.crossValidate(X, y), tasks.crossValidate(X, several)]) {
  plot.crossValidationPlot(cv);
  plot.coefficientPlot(cv.best);
  plot.tracePlot(cv.best);
}
const { path, lambdaMin, lambda1se } = model.crossValidate(X, y);
plot.pathPlot(path, { lambdaMin, lambda1se });
plot.stabilityPlot(stabilitySelection(model, X, y));
plot.knockoffPlot(knockoffFilter(model, X, y));
plot.inclusionPlot(bootstrapInclusion(model, X, y));
`;

const FRAMES = `
import { DataFrame, Series } from "danfojs-node";
import { type Table, tableFromArrays, vectorFromArray } from "apache-arrow";
import { SmoothLasso } from "smooth-edges";
const frame = new DataFrame({ age: [1, 2], y: [1, 2] });
const model = new SmoothLasso({ lambda: 0.1 });
const fit = model.fit(frame, frame.column("y"));
model.fit(frame, new Series([1, 2]));
model.fit(frame, frame["y"]);
fit.predict(frame);
const table: Table = tableFromArrays({ age: Float64Array.of(1, 2) });
model.fit(table, vectorFromArray([1, 2]));
`;

/** The type that a model has goes through, and layers of this library are layers of TensorFlow.js. */
const NETWORKS = `${NOT_ANY}
import * as tf from "@tensorflow/tfjs";
import { collapse, gate, HadamardConv2D, HadamardDense, shrink, sparsify, sparsityReport, surrogatePenalty } from "smooth-edges/nn";
const model = tf.sequential();
model.add(new HadamardConv2D({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }));
model.add(gate(tf.layers.dense({ units: 2 }), { structure: "neuron" }));
const layer: tf.layers.Layer = new HadamardDense({ units: 3, depth: 2 });
const twin: tf.Sequential = sparsify(model, { lambda: 1, structure: "filter" });
const plain: tf.LayersModel = collapse(twin as tf.LayersModel);
const penalty: tf.Scalar = surrogatePenalty(twin);
typed(layer, false); typed(gate(layer), false); typed(twin, false); typed(plain, false); typed(penalty, false);
const smaller: tf.Sequential = shrink(model);
typed(smaller, false); typed(sparsityReport(model).layers[0].liveUnits, false);
`;

/** A page: the types of browsers, none of Node's, and each entry that works there. */
const PAGE = `${NOT_ANY}
import { fitFromJSON, SmoothLasso } from "smooth-edges";
import { readCsv } from "smooth-edges/data";
import { fromFrame } from "smooth-edges/frame";
import "smooth-edges/global";
import { coefficientPlot } from "smooth-edges/plot";
import "smooth-edges/selection";
import "smooth-edges/solvers";
import "smooth-edges/surrogate";
async function show(file: File, div: HTMLElement, image: HTMLImageElement): Promise<void> {
  const { X, y } = fromFrame(await readCsv(file), { response: "rent" });
  const chart = coefficientPlot(new SmoothLasso({ lambda: 0.1 }).fit(X, y));
  div.innerHTML = await chart.toSVG();
  const png = await chart.toPNG();
  typed(png, false);
  image.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  typed((await readCsv(await fetch("/flats.csv"))).rent, false);
}
onmessage = ({ data }) => typed(fitFromJSON(data).coef, false);
`;

/** What a compiler says of a file that a user of the package writes, who has these packages beside it. */
function complaints(
  compiler: typeof ts,
  code: string,
  options: ts.CompilerOptions,
  packages: readonly string[] = [...NODE_TYPES, "danfojs-node", "apache-arrow"],
): string[] {
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  try {
    const link = (target: string, path: string): void => {
      mkdirSync(dirname(join(folder, "node_modules", path)), { recursive: true });
      symlinkSync(join(ROOT, target), join(folder, "node_modules", path));
    };
    for (const part of ["package.json", "dist"]) link(part, join("smooth-edges", part));
    for (const name of packages) link(join("node_modules", name), name);
    const file = join(folder, "cell.ts");
    writeFileSync(file, code);
    const program = compiler.createProgram([file], {
      strict: true,
      noEmit: true,
      target: compiler.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      types: ["node"],
      typeRoots: [join(folder, "node_modules/@types")],
      ...options,
    });
    return compiler
      .getPreEmitDiagnostics(program)
      .map(
        ({ file: where, messageText }) =>
          `${where?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NODE_TYPES = ["@types/node", "undici-types"];

const CELL: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
};
const MODERN: ts.CompilerOptions = {
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
};

/** Each declaration is checked. By the links' own paths nothing is found that is not linked, as TensorFlow.js, whose own do not pass. */
const WITHOUT_TENSORFLOW: ts.CompilerOptions = { skipLibCheck: false, preserveSymlinks: true };

describe("the declarations", function () {
  this.timeout(120_000);

  it("are read by the compiler of a notebook cell, each one checked, without DOM types and without any", () => {
    assert.match(cellTypeScript.version, /^5\.0\./);
    assert.deepEqual(complaints(cellTypeScript, USE, { ...CELL, ...WITHOUT_TENSORFLOW }), []);
  });

  it("are read by today's compiler in Node's own mode", () => {
    assert.deepEqual(complaints(ts, USE, { ...MODERN, ...WITHOUT_TENSORFLOW }), []);
  });

  it("are read in a page's project, which has no types of Node, and give a Blob the bytes of a picture", () => {
    const page = { ...WITHOUT_TENSORFLOW, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], types: [] };
    for (const [compiler, mode] of [
      [cellTypeScript, CELL],
      [ts, MODERN],
    ] as const)
      assert.deepEqual(complaints(compiler, PAGE, { ...mode, ...page }, []), []);
  });

  it("take the code that guides show for pages", () => {
    const page = {
      ...{ lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"], types: [], skipLibCheck: true },
      ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    };
    const blocks = ["docs/get-started.md", "docs/package.md"].flatMap((guide) =>
      Array.from(
        readFileSync(join(ROOT, guide), "utf8").matchAll(/^```typescript\n(.*?)^```/gms),
        ([, code]) => code,
      ),
    );
    assert.ok(blocks.length >= 5);
    const given = 'declare const chart: import("smooth-edges/plot").Chart;\n';
    for (const block of blocks)
      assert.deepEqual(complaints(ts, given + block, page, ["@resvg/resvg-wasm"]), [], block);
  });

  it("of charts take what the library gives, also where an optional property must not be undefined", () => {
    const strictest = { ...MODERN, ...WITHOUT_TENSORFLOW, exactOptionalPropertyTypes: true };
    assert.deepEqual(complaints(ts, CHARTS, strictest), []);
  });

  it("take danfojs and Arrow tables in a cell and in a program", () => {
    assert.deepEqual(complaints(cellTypeScript, FRAMES, { ...CELL, skipLibCheck: true }), []);
    assert.deepEqual(complaints(ts, FRAMES, { ...MODERN, skipLibCheck: true }), []);
  });

  it("of networks are TensorFlow.js's own types where it is installed", () => {
    const packages = [...NODE_TYPES, "@tensorflow"];
    for (const [compiler, mode] of [
      [cellTypeScript, CELL],
      [ts, MODERN],
    ] as const) {
      assert.deepEqual(complaints(compiler, NETWORKS, { ...mode, skipLibCheck: true }, packages), []);
    }
  });

  it("would be caught giving any", () => {
    const [complaint] = complaints(cellTypeScript, `${NOT_ANY} typed(1 as any, false);`, {
      ...CELL,
      skipLibCheck: true,
    });
    assert.match(complaint, /Argument of type 'false' is not assignable/);
  });

  it("tell fits of one response and of several apart", () => {
    for (const use of [
      "new SmoothLasso({ datafit: multinomial() }).fit([[1]], [1]).coef;",
      "new SmoothLasso({ datafit: squaredError() }).fit([[1]], [1]).coefs;",
      "new SmoothLasso({ datafit: multinomial(), init: new SmoothLasso().fit([[1]], [1]) });",
      "new SmoothLasso().fit([[1]], [1]).predict([[1]])[0].length;",
    ]) {
      const code = `import { multinomial, SmoothLasso, squaredError } from "smooth-edges"; ${use}`;
      const found = complaints(cellTypeScript, code, { ...CELL, skipLibCheck: true });
      assert.equal(found.length, 1, use);
      assert.match(
        found[0],
        /does not exist on type|is not assignable to type|is missing the following properties from type/,
      );
    }
  });

  it("refuse a flat array as a table", () => {
    const code = `import { SmoothLasso } from "smooth-edges"; new SmoothLasso({ lambda: 1 }).fit([1, 2], [1, 2]);`;
    const [complaint] = complaints(cellTypeScript, code, { ...CELL, skipLibCheck: true });
    assert.match(complaint, /is not assignable/);
  });
});
