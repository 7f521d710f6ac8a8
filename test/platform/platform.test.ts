import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/errors";
import * as browser from "../../src/platform/browser";
import type { Drawing } from "../../src/platform/drawing";
import * as drawingInBrowsers from "../../src/platform/drawing-browser";
import * as drawingOnNode from "../../src/platform/drawing-node";
import * as node from "../../src/platform/node";
import type { Platform } from "../../src/platform/platform";
import { importsOf } from "../support/source-imports";
import { ROOT } from "../support/tracked-files";

/** That they are of this type is checked when this file is compiled. */
const MEMBERS: readonly Platform[] = [node, browser];
const DRAWINGS: readonly Drawing[] = [drawingOnNode, drawingInBrowsers];

describe("the platforms", () => {
  it("offer the same names", () => {
    for (const members of [MEMBERS, DRAWINGS])
      assert.deepEqual(...(members.map((member) => Object.keys(member).sort()) as [string[], string[]]));
  });

  it("are chosen by package.json, which has what they are compiled to", () => {
    const { imports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const [name, prefix] of [
      ["#platform", ""],
      ["#drawing", "drawing-"],
    ])
      for (const [condition, member] of [
        ["default", "node"],
        ["browser", "browser"],
      ])
        assert.equal(
          join(ROOT, imports[name][condition]),
          require.resolve(`../../src/platform/${prefix}${member}`),
        );
  });

  it("leave out a warning of a name while that is asked for, and no other", () => {
    const { warn } = console;
    const { emitWarning } = process;
    const shown: string[] = [];
    console.warn = (text: string) => void shown.push(text);
    process.emitWarning = ((text: string, name: string) =>
      void shown.push(`${name}: ${text}`)) as typeof emitWarning;
    try {
      for (const member of MEMBERS) {
        const failing = (): never =>
          member.withoutWarnings("A", () => {
            member.warn("not shown", "A");
            member.warn("first", "B");
            throw new RangeError("stopped");
          });
        assert.throws(failing, RangeError);
        member.warn("second", "A");
      }
    } finally {
      console.warn = warn;
      process.emitWarning = emitWarning;
    }
    assert.deepEqual(shown, ["B: first", "A: second", "B: first", "A: second"]);
  });
});

describe("the platform of a browser", () => {
  it("needs nothing of Node's at run time", () => {
    const packagesOf = (file: string): string[] =>
      importsOf(ROOT, `src/platform/${file}.ts`)
        .filter(({ typeOnly, target }) => !typeOnly && !target.startsWith("src/"))
        .map(({ target }) => target);
    assert.deepEqual(packagesOf("browser"), []);
    assert.deepEqual(packagesOf("drawing-browser"), ["vega", "vega-lite"]);
  });

  it("says in a sentence what it has not and what to do instead", () => {
    const refused = (work: () => unknown, message: string): void =>
      assert.throws(work, new InputError(message));
    refused(
      () => browser.filesFor("readCsv"),
      "readCsv: files must be those of Node.js, Deno or Bun, got a browser; pass a File, or await fetch(path)",
    );
    refused(
      () => browser.filesFor("Chart.save"),
      "Chart.save: files must be those of Node.js, Deno or Bun, got a browser; offer the text of toSVG() or the bytes of toPNG({ renderer }) as a download",
    );
    refused(
      () => browser.filesFor("readArff"),
      "readArff: files must be those of Node.js, Deno or Bun, got a browser; call it there, and send its result to the page",
    );
    refused(
      () => browser.threadsFor("SmoothLasso.fitAsync"),
      "SmoothLasso.fitAsync: threads must be those of Node.js, Deno or Bun, got a browser; call fit in a Web Worker of the page",
    );
    refused(
      () => browser.threadsFor("SmoothLasso.crossValidate"),
      "SmoothLasso.crossValidate: threads must be those of Node.js, Deno or Bun, got a browser; leave workers out",
    );
    refused(
      () => drawingInBrowsers.resvgFor("Chart.toPNG"),
      "Chart.toPNG: PNG pictures must be those of Node.js, Deno or Bun, got a browser; pass a renderer, of @resvg/resvg-wasm and the fonts of charts",
    );
  });
});
