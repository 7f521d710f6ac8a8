/** The tarball on every runtime of the table in docs/package.md, which has a column for each thing that a program does here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SmoothLasso } from "../../src";
import { loadDiabetes } from "../../src/data";
import { npmNode } from "../support/npm-node";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

/** A command that runs a program, from npm; or why there is none. */
type Runtime = { readonly command: readonly string[] } | { readonly lack: string };

function nodeOf(version: string): Runtime {
  const found = npmNode(version);
  return "lack" in found
    ? found
    : { command: [join(found.folder, process.platform === "win32" ? "node.exe" : "node")] };
}

function ofNpm(name: string, version: string, ...options: readonly string[]): Runtime {
  const folder = scratchFolder(name);
  const install = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", [...install, `${name}@${version}`], { encoding: "utf8" });
  const program = join(folder, "node_modules/.bin", name);
  if (status === 0 && existsSync(program)) return { command: [program, ...options] };
  return { lack: `npm has no ${name}@${version}: ${stderr.trim().split("\n").at(-1)}` };
}

/** What Deno must be allowed. */
const PERMISSIONS = ["--allow-read", "--allow-env", "--allow-sys"];

const onDeno = (...permissions: readonly string[]): Runtime =>
  ofNpm("deno", "2", "run", "--no-prompt", ...PERMISSIONS, ...permissions);

/** The runtimes, as the table names them. */
const RUNTIMES: Readonly<Record<string, () => Runtime>> = {
  "Node 20.19": () => nodeOf("20.19.0"),
  "Node 22": () => nodeOf("22"),
  "Node 24": () => nodeOf("24"),
  "the newest Node": () => nodeOf("latest"),
  "Deno 2": () => onDeno("--allow-ffi"),
  "Deno 2, without `--allow-ffi`": () => onDeno(),
  "Bun 1": () => ofNpm("bun", "1"),
};

/** The one thing that a runtime refuses, and its sentence. */
const REFUSED: Readonly<Record<string, readonly [feature: string, message: RegExp]>> = {
  "Deno 2, without `--allow-ffi`": [
    "PNG",
    /^Chart\.toPNG: the package @resvg\/resvg-js must load, got the error: .*--allow-ffi/,
  ],
};

/** Prints for each column of the table what it computed, or why it did not. */
const PROGRAM = `
import * as tf from "@tensorflow/tfjs";
import { DataFrame } from "danfojs-node";
import { kernelBackend, SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { collapse, shrink, sparsify, train, useBestBackend } from "smooth-edges/nn";
import { pathPlot } from "smooth-edges/plot";

const { columns, response } = loadDiabetes();
const lasso = new SmoothLasso({ lambda: 5 });
const path = new SmoothLasso().path(columns, response);
const scores = (workers) =>
  [...new SmoothLasso().crossValidate(columns, response, { folds: 4, seed: 1, workers }).meanScore];

const FEATURES = {
  "fit and path": () => [kernelBackend(), path.status, ...lasso.fit(columns, response).coef],
  "danfojs frame": () => [...lasso.fit(new DataFrame(columns), response).coef],
  "\`workers\`": async () => [scores(1), scores(3), [...(await lasso.fitAsync(columns, response)).coef]],
  SVG: async () => (await pathPlot(path).toSVG()).slice(0, 5),
  PNG: async () => [...(await pathPlot(path).toPNG()).slice(1, 4)],
  "\`sparsify\`": async () => {
    const backend = await useBestBackend();
    const rows = Array.from(response, (_, i) => Object.values(columns).map((values) => values[i] / Math.max(...values)));
    const [x, y] = [tf.tensor2d(rows), tf.tensor2d(response, [response.length, 1]).div(346)];
    const dense = (units, seed, options) =>
      tf.layers.dense({ units, kernelInitializer: tf.initializers.heNormal({ seed }), ...options });
    const network = tf.sequential({ layers: [dense(8, 1, { inputShape: [10], activation: "tanh" }), dense(1, 2)] });
    const twin = sparsify(network, { depth: 3, lambda: 0.05, structure: "neuron" });
    twin.compile({ optimizer: tf.train.momentum(0.1, 0.9), loss: "meanSquaredError" });
    const { records } = await train(twin, x, y, { epochs: 10, batchSize: 32, seed: 1 });
    const small = shrink(collapse(twin));
    const predictions = (of) => of.predict(x).dataSync();
    const expected = predictions(twin);
    const difference = predictions(small).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    const units = small.layers[0].units;
    return { backend, units, difference, losses: records.map(({ loss }) => loss) };
  },
};
const found = {};
for (const [name, compute] of Object.entries(FEATURES))
  found[name] = await Promise.resolve().then(compute).then((value) => ({ value }), ({ message }) => ({ message }));
console.log(JSON.stringify(found));`;

/**
 * Prints the bits of fits: of losses that are sums of squares, along grids of lambda too, and of losses of exponentials and logarithms,
 * which are the engine's own.
 */
const BITS = `
import { cox, logistic, poisson, SmoothGroupLasso, SmoothLasso, SmoothMcp } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";

const { columns, response } = loadDiabetes();
const y = Array.from(response);
const bitsOf = (fits) => fits.map(({ coef, intercept }) =>
  Array.from(new BigUint64Array(Float64Array.of(...coef, intercept).buffer), (bits) => bits.toString(16)).join(" "));
const fitOf = (datafit, target, lambda) => new SmoothLasso({ datafit, lambda }).fit(columns, target);
console.log(JSON.stringify({
  squares: bitsOf([
    new SmoothLasso({ lambda: 5 }).fit(columns, y),
    new SmoothGroupLasso({ groups: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], lambda: 3 }).fit(columns, y),
    ...new SmoothLasso().path(columns, y).fits,
    ...new SmoothMcp().path(columns, y, { nLambdas: 20 }).fits,
    new SmoothLasso().crossValidate(columns, y, { folds: 4, seed: 1 }).best,
  ]),
  exponentials: bitsOf([
    fitOf(logistic(), y.map((value) => Number(value > 140)), 0.01),
    ...new SmoothLasso({ datafit: logistic() }).path(columns, y.map((value) => Number(value > 140))).fits,
    fitOf(poisson(), y.map((value) => Math.round(value / 30)), 0.05),
    fitOf(cox(), y.map((value, i) => (i % 3 === 0 ? -value : value)), 0.02),
  ]),
}));`;

/** What must come of a feature, in Node the same bits as in this process. */
const CHECKS: Readonly<Record<string, (value: never) => void>> = {
  "fit and path": (value: unknown[]) => assert.deepEqual(value, ["wasm", "complete", ...ownCoef()]),
  "danfojs frame": (value: number[]) => assert.deepEqual(value, ownCoef()),
  "`workers`": ([alone, together, fromThread]: number[][]) => {
    assert.deepEqual(together, alone);
    assert.deepEqual(fromThread, ownCoef());
  },
  SVG: (value: string) => assert.equal(value, "<svg "),
  PNG: (value: number[]) => assert.deepEqual(value, [...Buffer.from("PNG")]),
  "`sparsify`": ({ backend, units, difference, losses }: Record<string, never> & { losses: number[] }) => {
    assert.equal(backend, "wasm");
    assert.ok(units > 0 && units < 8, `${units} of 8 units are left`);
    assert.ok(difference < 1e-3, `without dead units the predictions differ by ${difference}`);
    assert.ok((losses.at(-1) as number) < losses[0] / 2, `the losses are ${losses}`);
  },
};

function ownCoef(): number[] {
  const { columns, response } = loadDiabetes();
  return [...new SmoothLasso({ lambda: 5 }).fit(columns, response).coef];
}

/** The cells of the table's row of that name. */
function statedRow(name: string): string[] {
  const page = readFileSync(join(ROOT, "docs/package.md"), "utf8");
  const row = page.split("\n").find((line) => line.startsWith("|") && line.split("|")[1].trim() === name);
  assert.ok(row, `docs/package.md has no row ${name}`);
  return row
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

/** As docs/get-started.md says for danfojs: neither a native TensorFlow nor an xlsx from outside of npm. */
const MANIFEST = {
  private: true,
  type: "module",
  overrides: {
    xlsx: "npm:@e965/xlsx@0.20.3",
    "danfojs-node": { "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@4.22.0" },
  },
};
const PACKAGES = ["@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0", "danfojs-node@1.2.0"];

describe("the tarball, on a runtime", () => {
  const project = scratchFolder("runtimes");

  before(() => {
    writeFileSync(join(project, "package.json"), JSON.stringify(MANIFEST));
    writeFileSync(join(project, "program.mjs"), PROGRAM);
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    output(project, "npm", ...install, tarball().path, ...PACKAGES);
  });

  it("has a column in docs/package.md for each thing that the program does", () => {
    assert.deepEqual(statedRow("runtime"), Object.keys(CHECKS));
  });

  for (const [name, find] of Object.entries(RUNTIMES)) {
    it(`does on ${name} what docs/package.md says of it`, function () {
      const runtime = find();
      if ("lack" in runtime) {
        process.stdout.write(`skipped: ${runtime.lack}\n`);
        return this.skip();
      }
      const [program, ...options] = runtime.command;
      const found = JSON.parse(output(project, program, ...options, "program.mjs")) as Record<
        string,
        { readonly value: never } | { readonly message: string }
      >;
      const [refused, sentence] = REFUSED[name] ?? [];
      const row = Object.entries(CHECKS).map(([feature, check]) => {
        const outcome = found[feature];
        if ("message" in outcome) {
          assert.match(outcome.message, feature === refused && sentence ? sentence : /^$/);
          return "no";
        }
        check(outcome.value);
        return "yes";
      });
      assert.deepEqual(row, statedRow(name));
    });
  }

  it("gives the same bits on every runtime but for exponentials and logarithms, and all bits on every Node", () => {
    writeFileSync(join(project, "bits.mjs"), BITS);
    const found = Object.entries(RUNTIMES).flatMap(([name, find]) => {
      const runtime = find();
      if ("lack" in runtime) return [];
      const [program, ...options] = runtime.command;
      const bits = JSON.parse(output(project, program, ...options, "bits.mjs")) as {
        readonly squares: readonly string[];
        readonly exponentials: readonly string[];
      };
      return [{ name, ...bits }];
    });
    assert.ok(found.length > 0);
    for (const { name, squares, exponentials } of found) {
      assert.deepEqual(squares, found[0].squares, name);
      if (name.includes("Node")) assert.deepEqual(exponentials, found[0].exponentials, name);
    }
  });

  it("refuses the command on Bun in a sentence", function () {
    const runtime = RUNTIMES["Bun 1"]();
    if ("lack" in runtime) {
      process.stdout.write(`skipped: ${runtime.lack}\n`);
      return this.skip();
    }
    const command = [...runtime.command, "node_modules/smooth-edges/dist/kernel/cli/cli.js", "doctor"];
    const { status, stderr } = spawnSync(command[0], command.slice(1), { cwd: project, encoding: "utf8" });
    assert.match(
      stderr,
      /^smooth-edges: the command and the kernel run on Node, got Bun \S+; run npx smooth-edges\n$/,
    );
    assert.equal(status, 2);
  });
});
