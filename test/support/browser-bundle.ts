import assert from "node:assert/strict";
import { type BuildOptions, build } from "esbuild";

/** What Node has and browsers have not; `define` of esbuild finds each where it is no property and no name of the program's own. */
const NODE_GLOBALS = [
  "process",
  "Buffer",
  "global",
  "require",
  "module",
  "__dirname",
  "__filename",
  "setImmediate",
  "clearImmediate",
];

/** A program for browsers as one minified text, of which esbuild has found that it needs nothing of Node's. */
export async function browserBundle(program: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
    define: Object.fromEntries(NODE_GLOBALS.map((name) => [name, `NODES_${name}`])),
    ...program,
  });
  const [{ text }] = outputFiles!;
  assert.deepEqual(text.match(/NODES_\w+|["']node:\w+/g) ?? [], []);
  return text;
}
