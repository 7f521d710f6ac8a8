/** Every test, and every notebook, study and figure, on Node 22: `.ci/run` has them on Node 24, and on others what depends on the version. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { npmNode } from "../support/npm-node";
import { ROOT } from "../support/tracked-files";

describe("Node 22", function () {
  this.timeout(3_600_000);
  let path: string;
  before(function () {
    const node = npmNode("22");
    if ("lack" in node) {
      process.stdout.write(`skipped: ${node.lack}\n`);
      this.skip();
    }
    path = `${node.folder}${delimiter}${process.env.PATH}`;
  });

  /** Runs a program of the checkout with its output in sight. */
  function run(...args: string[]): void {
    const { status } = spawnSync("node", args, {
      cwd: ROOT,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "inherit", "inherit"],
    });
    assert.equal(status, 0, args.join(" "));
  }

  it("is what runs", () => {
    run("-e", "require('node:assert').match(process.version, /^v22[.]/)");
  });

  it("passes every test", () => {
    run("node_modules/mocha/bin/mocha.js");
  });

  it("makes every notebook, study and figure anew as they are committed", () => {
    run("dist/figures/reproduce.js");
  });
});
