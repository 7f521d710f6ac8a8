/** The wheel `smooth-edges-kernel`, by pip in a fresh Python environment: Jupyter finds its kernel, and the kernel runs cells by the Node on the PATH. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

/** Runs a notebook by nbclient, with the kernel that its metadata names, and prints its outputs. */
const RUNNER = `
import json, sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=120).execute()
print(json.dumps([cell.get("outputs") for cell in notebook.cells]))
`;

const CELLS = [
  'import { SmoothLasso } from "smooth-edges";\nimport { pathPlot } from "smooth-edges/plot";\nconst X = [[1], [2], [4]];',
  "new SmoothLasso({ lambda: 0 }).fit(X, [3, 5, 9]).coef",
  "pathPlot(new SmoothLasso().path(X, [3, 5, 9]))",
];
const NOTEBOOK = {
  cells: CELLS.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  })),
  metadata: {
    kernelspec: { display_name: "TypeScript (smooth-edges)", language: "typescript", name: "smooth-edges" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

/** The programs of a Python environment with the wheel and nbclient; or why there is none. */
function makeEnvironment(folder: string): { readonly programs: string } | { readonly lack: string } {
  const environment = join(folder, "env");
  const made = spawnSync("python3", ["-m", "venv", environment], { encoding: "utf8" });
  if (made.status !== 0)
    return { lack: `python3 makes no environment: ${made.error?.message ?? made.stdout.trim()}` };
  const programs = join(environment, process.platform === "win32" ? "Scripts" : "bin");
  const wheels = join(folder, "wheels");
  const quiet = ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"];
  const fetched = spawnSync(join(programs, "python"), [...quiet, "nbclient"], { encoding: "utf8" });
  if (fetched.status !== 0)
    return { lack: `pip has no nbclient: ${fetched.stderr.trim().split("\n").at(-1)}` };
  output(ROOT, "python3", join(ROOT, "kernel/wheel/build-wheel.py"), wheels, tarball().path);
  const [wheel] = readdirSync(wheels);
  output(folder, join(programs, "python"), ...quiet, "--no-index", join(wheels, wheel));
  return { programs };
}

describe("the wheel of the kernel", () => {
  const folder = scratchFolder("wheel");
  let programs: string;
  /** The environment's own Python, with what is on the PATH besides it. */
  const python = (path: readonly string[], ...args: readonly string[]): ReturnType<typeof spawnSync> =>
    spawnSync(join(programs, "python"), args, {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: path.join(delimiter), HOME: join(folder, "home") },
    });
  const node = dirname(process.execPath);

  before(function () {
    const environment = makeEnvironment(folder);
    if ("lack" in environment) {
      process.stdout.write(`skipped: ${environment.lack}\n`);
      return this.skip();
    }
    programs = environment.programs;
    mkdirSync(join(folder, "home"));
  });

  it("has the version of the package, and the megabytes that docs/package.md states", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [wheel] = readdirSync(join(folder, "wheels"));
    assert.equal(wheel, `smooth_edges_kernel-${version}-py3-none-any.whl`);
    const told = /The wheel has (\d+) MB/.exec(readFileSync(join(ROOT, "docs/package.md"), "utf8"));
    const found = statSync(join(folder, "wheels", wheel)).size / 1e6;
    assert.ok(Math.abs(found / Number(told?.[1]) - 1) < 0.1, `${found} MB`);
  });

  it("shows Jupyter the kernel right after pip install", () => {
    const { stdout } = python([], "-m", "jupyter_client.kernelspecapp", "list", "--json");
    const { resource_dir, spec } = JSON.parse(String(stdout)).kernelspecs["smooth-edges"];
    assert.equal(resource_dir, join(folder, "env/share/jupyter/kernels/smooth-edges"));
    assert.equal(spec.display_name, "TypeScript (smooth-edges)");
    assert.ok(existsSync(join(resource_dir, "logo-svg.svg")));
  });

  it("runs a notebook by nbclient: a fit, and a chart as PNG", () => {
    writeFileSync(join(folder, "notebook.ipynb"), JSON.stringify(NOTEBOOK));
    const { stdout, stderr } = python([node], "-c", RUNNER, "notebook.ipynb");
    assert.ok(stdout, String(stderr));
    const [, fit, chart] = JSON.parse(String(stdout)) as { data: Record<string, string> }[][];
    // The three points lie on y = 1 + 2 x.
    assert.match(fit[0].data["text/plain"], /\[\s*(2|1\.9{9}\d*|2\.0{9}\d*)\s*\]/);
    assert.match(chart[0].data["image/png"], /^iVBORw0KGgo/);
  });

  it("gives the command too", () => {
    const { stdout } = spawnSync(join(programs, "smooth-edges"), ["--version"], {
      encoding: "utf8",
      env: { PATH: node },
    });
    assert.equal(stdout.trim(), JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
  });

  it("says in a sentence that Node is missing, or too old", () => {
    const missing = python([], "-m", "smooth_edges_kernel", "connection.json");
    assert.equal(
      missing.stderr,
      "smooth_edges_kernel: node must be on the PATH, got none; install Node 20.19 or newer from https://nodejs.org\n",
    );
    assert.equal(missing.status, 2);
    const old = join(folder, "old");
    mkdirSync(old);
    writeFileSync(join(old, "node"), "#!/bin/sh\necho v20.9.0\n", { mode: 0o755 });
    const refused = python([old], "-m", "smooth_edges_kernel", "connection.json");
    assert.equal(
      refused.stderr,
      `smooth_edges_kernel: Node must be 20.19 or newer, got v20.9.0 from ${join(old, "node")}; install Node 20.19 or newer from https://nodejs.org\n`,
    );
    assert.equal(refused.status, 2);
  });

  it("leaves nothing behind after pip uninstall", () => {
    output(
      folder,
      join(programs, "python"),
      "-m",
      "pip",
      "uninstall",
      "--quiet",
      "--yes",
      "smooth-edges-kernel",
    );
    const left = readdirSync(join(folder, "env"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      left.filter((path) => /smooth.?edges/.test(path)),
      [],
    );
  });
});
