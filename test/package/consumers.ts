/** The tarball in the projects of others: the oldest and the newest TypeScript and Node that are promised and some between, by require and by import. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM } from "../support/npm-node";
import { output, scratchFolder, tarball } from "../support/tarball";

/** The compilers, each with the resolution of modules and the types of Node that a project of its time has. */
const COMPILERS = [
  { version: "5.0.4", module: "node16", moduleResolution: "node16", nodeTypes: "20.9.0" },
  { version: "5.9.3", module: "esnext", moduleResolution: "bundler", nodeTypes: "20.19.0" },
  { version: "7.0.2", module: "node16", moduleResolution: "node16", nodeTypes: "20.19.0" },
];
const NODES = ["20.19.0", "22", "24", "latest"];

/** A first fit with its chart, and something of each entry. */
const PROGRAM = `
import { fitFromJSON, type SparseLinearFit, SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { fromFrame } from "smooth-edges/frame";
import { comm, kernel } from "smooth-edges/kernel";
import { sparsify, useBestBackend } from "smooth-edges/nn";
import { coefficientPlot } from "smooth-edges/plot";
const { columns, response } = loadDiabetes();
const fit: SparseLinearFit = new SmoothLasso({ lambda: 0.1 }).fit(columns, response);
const gap: number | undefined = fit.certificate.dualityGap;
const drawn: Promise<string> = coefficientPlot(fit).toSVG();
export const seen: unknown[] = [gap, drawn, fitFromJSON, fromFrame, comm, kernel, sparsify, useBestBackend];
// @ts-expect-error: a fit is no number
export const wrong: number = fit;
`;

const NAMES = [
  "",
  "/data",
  "/frame",
  "/global",
  "/kernel",
  "/nn",
  "/plot",
  "/selection",
  "/solvers",
  "/surrogate",
].map((entry) => `smooth-edges${entry}`);
const FIT = `
const { columns, response } = loadDiabetes();
const { status, certificate, support } = new SmoothLasso({ lambda: 5 }).fit(columns, response);
console.log(JSON.stringify({ version: process.version, status, support: [...support], certified: certificate.dualityGap < 1e-3 }));`;

describe("the tarball, installed by itself", () => {
  const project = scratchFolder("project");
  const program = (name: string, path: string): string => join(project, "node_modules", name, path);

  before(() => {
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    // Neither scripts nor optional packages: the library alone, without pictures, the kernel and the peers.
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"];
    const nodeTypes = COMPILERS.map(
      ({ nodeTypes }) => `node-types-${nodeTypes}@npm:@types/node@${nodeTypes}`,
    );
    const compilers = COMPILERS.map(({ version }) => `typescript-${version}@npm:typescript@${version}`);
    const nodes = NODES.map((version) => `node-${version}@npm:node-${SYSTEM}@${version}`);
    output(
      project,
      "npm",
      ...install,
      tarball().path,
      ...nodeTypes,
      ...compilers,
      ...nodes,
      `@typescript/typescript-${SYSTEM}@7.0.2`,
    );
  });

  for (const { version, module, moduleResolution, nodeTypes } of COMPILERS) {
    it(`is read by TypeScript ${version} with moduleResolution ${moduleResolution}, declarations of all files checked`, () => {
      const folder = join(project, `typescript-${version}`);
      mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
      symlinkSync(
        program(`node-types-${nodeTypes}`, ""),
        join(folder, "node_modules/@types/node"),
        "junction",
      );
      const files = module === "node16" ? ["program.cts", "program.mts"] : ["program.ts"];
      for (const file of files) writeFileSync(join(folder, file), PROGRAM);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: "es2022",
        lib: ["es2022"],
        types: ["node"],
        module,
        moduleResolution,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      output(folder, process.execPath, program(`typescript-${version}`, "bin/tsc"), "-p", ".");
    });
  }

  it("leaves a project its own compiler", () => {
    const folder = scratchFolder("compiled");
    writeFileSync(join(folder, "package.json"), '{ "private": true }');
    const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    output(folder, "npm", ...install, "--save-dev", "--save-exact", "typescript@5.4.5");
    output(folder, "npm", ...install, tarball().path);
    assert.match(output(folder, "npx", "tsc", "--version"), /^Version 5\.4\.5/);
  });

  for (const version of NODES) {
    it(`fits by require and by import on Node ${version}`, () => {
      const node = program(`node-${version}`, process.platform === "win32" ? "bin/node.exe" : "bin/node");
      const manifest = JSON.parse(readFileSync(program(`node-${version}`, "package.json"), "utf8"));
      const required = `const { SmoothLasso } = require("smooth-edges"), { loadDiabetes } = require("smooth-edges/data");
        for (const name of ${JSON.stringify(NAMES)}) require(name);`;
      const imported = `import { SmoothLasso } from "smooth-edges"; import { loadDiabetes } from "smooth-edges/data";
        for (const name of ${JSON.stringify(NAMES)}) await import(name);`;
      const fits = [
        output(project, node, "-e", required + FIT),
        output(project, node, "--input-type=module", "-e", imported + FIT),
      ].map((line) => JSON.parse(line));
      assert.deepEqual(fits[0], fits[1]);
      assert.equal(fits[0].version.slice(1), manifest.version.replace(/^v/, ""));
      assert.equal(fits[0].status, "converged");
      assert.ok(fits[0].certified);
    });
  }

  it("says in a sentence what to install where an optional package is asked for", () => {
    const tried = output(
      project,
      process.execPath,
      "-e",
      `const { coefficientPlot } = require("smooth-edges/plot");
       const { SmoothLasso } = require("smooth-edges");
       const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
       const asked = [
         () => require("smooth-edges/nn").useBestBackend(),
         () => require("smooth-edges/frame").summarizeFile("rows.parquet", { response: "y" }),
         () => require("smooth-edges/data").readParquet("rows.parquet"),
         () => coefficientPlot(fit).toPNG(),
       ];
       Promise.all(asked.map((ask) => Promise.resolve().then(ask).then(() => "no error", (error) => error.message)))
         .then((messages) => console.log(JSON.stringify(messages)));`,
    );
    assert.deepEqual(JSON.parse(tried), [
      "useBestBackend: the package @tensorflow/tfjs must be installed, got none; run npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm",
      "summarizeFile: the package @duckdb/node-api must be installed, got none; run npm install @duckdb/node-api",
      "readParquet: the package hyparquet must be installed, got none; run npm install hyparquet",
      "Chart: the package vega must be installed, got none; run npm install --include=optional",
    ]);
    const command = join(project, "node_modules/smooth-edges/dist/kernel/cli/cli.js");
    const { status, stderr } = spawnSync(process.execPath, [command, "doctor"], { encoding: "utf8" });
    assert.deepEqual(
      { status, stderr },
      {
        status: 2,
        stderr:
          "smooth-edges: the package commander must be installed, got none; run npm install --include=optional\n",
      },
    );
  });
});
