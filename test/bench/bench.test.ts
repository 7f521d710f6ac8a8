import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkoutsReport, compareCheckouts } from "../../bench/checkouts";
import { benchFirstCall, measureMemory } from "../../bench/fresh-process";
import { interleaved } from "../../bench/interleaved";
import { peerKernels } from "../../bench/kernel/peer-kernels";
import { benchKernels } from "../../bench/kernels";
import { machine } from "../../bench/machine";
import { benchMemory } from "../../bench/memory";
import { benchOwnSolvers } from "../../bench/own-solvers";
import { benchParametrizations } from "../../bench/parametrizations";
import { benchPaths } from "../../bench/paths";
import { PROBLEMS } from "../../bench/problems";
import { benchScaling } from "../../bench/scaling";
import { benchScreening } from "../../bench/screening";
import { kernelBackend } from "../../src";
import { assertAllClose } from "../support/assert-close";
import { ROOT } from "../support/tracked-files";

const NO_PEERS = { python: "no-such-python", rscript: "no-such-r" };

describe("a benchmark", () => {
  it("lets all contenders take turns", () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, run: () => void order.push(name) });
    const seconds = interleaved([contender("a"), contender("b")], 2);
    assert.deepEqual(order, ["a", "b", "b", "a", "a", "b", "b", "a"]);
    assert.ok(seconds.length === 2 && seconds.every((time) => time >= 0));
  });

  it("refuses a problem that is none, and names those there are", () => {
    for (const command of ["compare", "paths", "screening"]) {
      const program = [join(__dirname, "../../bench/bench.js"), command, "--problems", "P99"];
      const { status, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
      assert.equal(status, 1);
      assert.match(stderr, /argument 'P99' is invalid. Allowed choices are P1, .*P18ridge\.$/m);
    }
  });

  it("of a first call leaves out programs that are not here, and says why", () => {
    const { rows, title } = benchFirstCall(NO_PEERS, 1);
    assert.deepEqual(
      rows.map(([name]) => name),
      ["smooth-edges"],
    );
    assert.ok((rows[0][1] as number) > 0);
    assert.match(
      title ?? "",
      /scikit-learn is left out: .*no-such-python.*; glmnet is left out: .*no-such-r/,
    );
  });

  it("in fresh processes says of a program that prints nothing how it ended", function () {
    if (process.platform === "win32") {
      process.stdout.write("skipped: Windows has no programs true and false\n");
      this.skip();
    }
    const { missing } = measureMemory({ python: "true", rscript: "false" }, 20, 30, 2);
    assert.deepEqual(missing.slice(-2), [
      'scikit-learn is left out: it printed "" and ended with 0',
      'glmnet is left out: it printed "" and ended with 1',
    ]);
  });

  it("of memory in fresh processes counts the table, and says why peers are left out", function () {
    if (process.platform !== "linux") {
      process.stdout.write("skipped: only Linux has the most memory of a process in /proc\n");
      this.skip();
    }
    const { task, programs, missing } = measureMemory(NO_PEERS, 200, 5000, 3);
    assert.equal(task, "a path of 3 lambdas to 0.01 of the largest on a dense table, 200 x 5000");
    const [{ program, version, loadedMb, peakMb, shareOfX }] = programs;
    assert.equal(program, "smooth-edges");
    assert.match(version, /^\d+\.\d+\.\d+, Node \d+/);
    assert.ok(shareOfX! >= 1, `${shareOfX}`);
    // 200 x 5000 numbers of 8 bytes.
    assertAllClose("share", [shareOfX!], [(peakMb! - loadedMb!) / (8e6 / 2 ** 20)], 1e-12);
    assert.equal(missing.length, 2);
    assert.match(missing[0], /^scikit-learn is left out: .*no-such-python/);
  });

  it("of two checkouts has the geometric mean of ratios by round, and says where bits differ", () => {
    const text = checkoutsReport(".", ".", [
      { problem: "steady", before: [1, 2, 4], after: [2, 4, 8], sameBits: true },
      { problem: "varying", before: [1, 1], after: [1, 4], sameBits: false },
    ]);
    assert.match(text, /\| steady \| 3 \| 2\.00 \| 4\.00 \| 2\.000 \| 0\.000 \| yes \|/);
    // The logarithms of the ratios, 0 and log 4, have mean and standard error log 2.
    assert.match(text, /\| varying \| 2 \| 1\.00 \| 2\.50 \| 2\.000 \| 2\.773 \| no \|/);
    assert.match(text, /Geometric mean over the problems: 2\.000\./);
  });

  it("of two checkouts finds the same bits in one and itself", async () => {
    const [row] = await compareCheckouts(ROOT, ROOT, [{ name: "P10", make: PROBLEMS.P10 }], 2);
    assert.ok(row.sameBits);
    assert.ok([...row.before, ...row.after].every((time) => time > 0));
  });

  it("of two checkouts refuses a folder that is no built one", async () => {
    const problems = [{ name: "P10", make: PROBLEMS.P10 }];
    await assert.rejects(
      compareCheckouts("/nowhere", ROOT, problems, 2),
      /\/nowhere must be a built checkout/,
    );
  });

  it("of a kernel says why a peer is left out, and which versions the others have", () => {
    const { specs, missing } = peerKernels("/nowhere/python");
    assert.equal(missing[0], "ipykernel is left out: /nowhere/python cannot import it.");
    for (const { display_name } of specs) assert.match(display_name, /^Deno \d+\.\d+\.\d+$/);
  });

  it("names the machine and the versions", () => {
    assert.match(machine(), /^\d+ x .+, \w+ \w+, Node \d+\.\d+\.\d+, load \d/);
  });

  it("of parametrizations measures all against the bare datafit", () => {
    const text = benchParametrizations(20, 5, 3).toString();
    for (const name of ["bare datafit", "hadamardProduct(2)", "seed 1"]) assert.ok(text.includes(name));
  });

  it("of paths shows every solver with the gap it ends with", () => {
    const text = benchPaths(["P10"], 1e-1, 1).toString();
    for (const name of ["P10", "auto", "L-BFGS on the surrogate", "coordinate descent", "largest gap"])
      assert.ok(text.includes(name));
  });

  it("of the library's solvers shows each beside the first", () => {
    const { rows } = benchOwnSolvers(["P15"], ["smooth-edges", "smooth-edges proximalNewton"], 1);
    assert.deepEqual(
      rows.map(([problem, solver]) => [problem, solver]),
      [
        ["P15", "smooth-edges"],
        ["P15", "smooth-edges proximalNewton"],
      ],
    );
    for (const [, , first, further, ratio] of rows) {
      assert.ok((first as number) > 0 && (further as number) > 0);
      assertAllClose("ratio", [ratio as number], [(further as number) / (rows[0][3] as number)], 1e-12);
    }
  });

  it("of scaling counts what a model of the cost needs, along every curve", () => {
    const lines = benchScaling(0.02, 1e-2, 1).split("\n");
    const rows = lines.filter((line) => /^\| \d/.test(line)).map((line) => line.split("|").map(Number));
    assert.equal(rows.length, 22);
    for (const [, , time, passes, active] of rows) assert.ok(time > 0 && passes > 0 && active > 0);
    for (const name of ["n", "p", "nonzeros", "rho", "lambdas"])
      assert.ok(lines.some((line) => line.startsWith(`| ${name} | seconds`)));
  });

  it("makes the problems of the peers to the last bit", () => {
    // What numpy makes of P3 by the same recipe: its first and last entry, and those of y.
    const { X, y, lambdas } = PROBLEMS.P3();
    const { data } = X;
    assert.deepEqual([data[0], data[data.length - 1]], [-0.189117431640625, 0.7131987255451226]);
    assert.deepEqual([y[0], y[y.length - 1]], [-1.6560951790042846, 0.9760406723568398]);
    assertAllClose("lambda max", lambdas.subarray(0, 1), [2.7610383446535285], 1e-14);
  });

  it("of memory counts what a process holds, for every kind of table", () => {
    const size = { nSamples: 20, nFeatures: 30, nStored: 4 };
    for (const kind of ["columns", "dense", "sparse"] as const) {
      const text = benchMemory(kind, size, { nLambdas: 2, lambdaMinRatio: 0.1 }).toString();
      for (const name of [kind, "most, MB", "converged"]) assert.ok(text.includes(name), text);
    }
  });

  it("of screening is certain: no rule leaves out a column that is active", () => {
    const { rows } = benchScreening(["P10"], 1e-6);
    const [, active, ...left] = rows[0] as [string, ...number[]];
    assert.ok(active > 0);
    for (const share of left) assert.ok(share >= active && share <= 1, String(rows[0]));
  });

  it("of kernels shows the rates of both backends", () => {
    const text = benchKernels(8, 6, 4, 1).toString();
    for (const name of ["X'r", "Gram", "Cholesky", "TypeScript", kernelBackend()])
      assert.ok(text.includes(name));
  });
});
