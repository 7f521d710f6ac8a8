import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleOf } from "../../../kernel/display/display";
import { ROOT } from "../../support/tracked-files";

const schema = (grammar: string, version: number): string =>
  `https://vega.github.io/schema/${grammar}/v${version}.json`;

const VEGA_LITE = {
  data: { values: [{ a: 1 }, { a: 2 }] },
  mark: "bar",
  encoding: { x: { field: "a", type: "quantitative" } },
};
const VEGA = {
  width: 40,
  height: 20,
  marks: [
    {
      type: "rect",
      encode: { enter: { x: { value: 0 }, x2: { value: 40 }, y: { value: 0 }, y2: { value: 20 } } },
    },
  ],
};

const shown = async (value: unknown): Promise<Record<string, unknown>> =>
  (await bundleOf(value)) as Record<string, unknown>;
const isPNG = (data: unknown): boolean =>
  Buffer.from(String(data), "base64").subarray(1, 4).toString() === "PNG";

describe("the bundle of a chart of another library", () => {
  for (const [grammar, type, spec] of [
    ["vega-lite", "application/vnd.vegalite.v5+json", VEGA_LITE],
    ["vega", "application/vnd.vega.v5+json", VEGA],
  ] as const) {
    it(`has a specification of ${grammar} in version 5, also one that says it is later, and a picture`, async () => {
      const own = { $schema: schema(grammar, 5), ...spec };
      for (const value of [
        own,
        { ...spec, $schema: schema(grammar, 6) },
        { toSpec: () => own },
        { toObject: () => own },
      ]) {
        const bundle = await shown(value);
        assert.deepEqual(bundle[type], own);
        assert.ok(isPNG(bundle["image/png"]));
      }
    });

    it(`leaves a later specification of ${grammar} as it is where it does not obey version 5`, async () => {
      const later = {
        $schema: schema(grammar, 6),
        ...spec,
        config: { unheardOf: { of: "version 5" } },
        signals: 1,
      };
      assert.deepEqual(await shown({ ...later }).then(Object.keys), [type.replace("v5", "v6"), "text/plain"]);
    });
  }

  it("has the specification alone where it cannot be drawn, or is of an earlier version", async () => {
    const wrong = { $schema: schema("vega-lite", 5), ...VEGA_LITE, mark: "no mark" };
    assert.deepEqual(await shown(wrong).then(Object.keys), [
      "application/vnd.vegalite.v5+json",
      "text/plain",
    ]);
    const early = { $schema: schema("vega-lite", 4), ...VEGA_LITE };
    assert.deepEqual(await shown(early).then(Object.keys), [
      "application/vnd.vegalite.v4+json",
      "text/plain",
    ]);
  });

  it("reads only the first rows of a later specification for its version, and shows all", async () => {
    const values = Array.from({ length: 500 }, (_, a) => ({ a }));
    const bundle = await shown({ $schema: schema("vega-lite", 6), ...VEGA_LITE, data: { values } });
    const { data } = bundle["application/vnd.vegalite.v5+json"] as { data: { values: unknown[] } };
    assert.equal(data.values.length, 500);
  });
});

describe("a notebook where resvg is missing", () => {
  it("shows charts as specification and SVG, and says once in a line how to get a PNG", () => {
    const folder = mkdtempSync(join(tmpdir(), "without resvg "));
    try {
      const hide = join(folder, "hide.cjs");
      writeFileSync(
        hide,
        `const Module = require("node:module");
         const load = Module._load;
         Module._load = (name, ...rest) => {
           if (name.startsWith("@resvg/")) throw Object.assign(new Error("no binary"), { code: "MODULE_NOT_FOUND" });
           return load(name, ...rest);
         };`,
      );
      const sources = [
        'import { coefficientPlot } from "smooth-edges/plot";\ncoefficientPlot({ coef: [1, 2], featureNames: ["a", "b"] })',
        JSON.stringify({ $schema: schema("vega-lite", 6), ...VEGA_LITE }).replace(/^.*$/, "($&)"),
      ];
      const cells = sources.map((source, k) => ({
        cell_type: "code",
        id: `cell-${k}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source: [source],
      }));
      const path = join(folder, "charts.ipynb");
      writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(ROOT, "dist/kernel/cli/cli.js"), "run", path],
        {
          env: { ...process.env, NODE_OPTIONS: `--no-deprecation --require ${JSON.stringify(hide)}` },
          encoding: "utf8",
        },
      );
      assert.equal(status, 0, stderr);
      const outputs = (
        JSON.parse(readFileSync(path, "utf8")) as { cells: { outputs: Output[] }[] }
      ).cells.flatMap((cell) => cell.outputs);
      const said = outputs.flatMap(({ text = [] }) => text);
      assert.deepEqual(said, [
        `smooth-edges: charts have no PNG, for GitHub and PDF: the package @resvg/resvg-js for ${process.platform} on ${process.arch} must be installed, got none; run npm install --include=optional\n`,
      ]);
      const charts = outputs.flatMap(({ data }) => (data ? [data] : []));
      assert.equal(charts.length, 2);
      for (const chart of charts) {
        assert.deepEqual(Object.keys(chart).sort(), [
          "application/vnd.vegalite.v5+json",
          "image/svg+xml",
          "text/plain",
        ]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(120_000);
});

interface Output {
  readonly text?: string[];
  readonly data?: Record<string, unknown>;
}
