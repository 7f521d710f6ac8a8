/** The tarball on every runtime that docs/package.md names: fits, threads and pictures. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SmoothLasso } from "../../src";
import { loadDiabetes } from "../../src/data";
import { npmNode } from "../support/npm-node";
import { output, scratchFolder, tarball } from "../support/tarball";

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

/** Deno asks for what a program may do. */
const ALLOWED = ["run", "--no-prompt", "--allow-read", "--allow-env", "--allow-ffi", "--allow-sys"];

const RUNTIMES: Readonly<Record<string, () => Runtime>> = {
  "Node 20.19": () => nodeOf("20.19.0"),
  "Node 22": () => nodeOf("22"),
  "Node 24": () => nodeOf("24"),
  "the newest Node": () => nodeOf("latest"),
  Deno: () => ofNpm("deno", "2", ...ALLOWED),
  Bun: () => ofNpm("bun", "1"),
};

const PROGRAM = `
import { kernelBackend, SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { pathPlot } from "smooth-edges/plot";
const { columns, response } = loadDiabetes();
const fit = new SmoothLasso({ lambda: 5 }).fit(columns, response);
const path = new SmoothLasso().path(columns, response);
const scores = [1, 3].map((workers) =>
  JSON.stringify([...new SmoothLasso().crossValidate(columns, response, { folds: 4, seed: 1, workers }).meanScore]));
const fitted = await new SmoothLasso({ lambda: 5 }).fitAsync(columns, response);
const chart = pathPlot(path);
console.log(JSON.stringify({
  backend: kernelBackend(),
  coef: [...fit.coef],
  fromThread: [...fitted.coef],
  path: path.status,
  hasSameScores: scores[0] === scores[1],
  svg: (await chart.toSVG()).slice(0, 5),
  png: [...(await chart.toPNG()).slice(1, 4)],
}));`;

describe("the tarball, on a runtime", () => {
  const project = scratchFolder("runtimes");

  before(() => {
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
    writeFileSync(join(project, "program.mjs"), PROGRAM);
    output(project, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", tarball().path);
  });

  for (const [name, find] of Object.entries(RUNTIMES)) {
    it(`fits, follows a path, validates it in threads and draws it on ${name}`, function () {
      const runtime = find();
      if ("lack" in runtime) {
        process.stdout.write(`skipped: ${runtime.lack}\n`);
        return this.skip();
      }
      const [program, ...options] = runtime.command;
      const found = JSON.parse(output(project, program, ...options, "program.mjs"));
      const { columns, response } = loadDiabetes();
      const coef = [...new SmoothLasso({ lambda: 5 }).fit(columns, response).coef];
      assert.deepEqual(found, {
        backend: "wasm",
        coef,
        fromThread: coef,
        path: "complete",
        hasSameScores: true,
        svg: "<svg ",
        png: [...Buffer.from("PNG")],
      });
    });
  }
});
