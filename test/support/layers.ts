/** What one folder of `src/` (or one file directly in it) may import from the others. */
export interface Layer {
  readonly name: string;
  /** Folders whose values it may use. */
  readonly uses: readonly string[];
  /** Folders it may name in types only. */
  readonly knows?: readonly string[];
}

const GROUND = [
  "errors",
  "platform",
  "options",
  "recipe",
  "json-record",
  "number-texts",
  "linalg",
  "random",
  "simd",
  "display",
];
const NOUNS = [...GROUND, "design", "datafits", "piecewise-linear", "penalties", "parametrizations"];
const METHODS = [...NOUNS, "problem", "optimizers", "solvers"];
const MODELS = [...METHODS, "laws", "theory", "estimators", "selection"];

/**
 * Who may import whom. An optimizer cannot know what a penalty is, a plot cannot refit a model, and the kernel and the
 * library run without each other.
 */
export const LAYERS: readonly Layer[] = [
  { name: "errors", uses: [] },
  { name: "options", uses: ["errors"] },
  { name: "json-record", uses: ["errors"] },
  { name: "recipe", uses: ["errors", "json-record"] },
  { name: "number-texts", uses: [] },
  { name: "file-writing", uses: [] },
  { name: "platform", uses: ["errors", "file-writing"] },
  { name: "linalg", uses: GROUND },
  { name: "random", uses: GROUND },
  { name: "simd", uses: GROUND },
  { name: "display", uses: GROUND },
  { name: "design", uses: GROUND },
  { name: "datafits", uses: GROUND },
  { name: "piecewise-linear", uses: GROUND, knows: ["datafits"] },
  { name: "penalties", uses: GROUND },
  { name: "parametrizations", uses: [...GROUND, "penalties"] },
  { name: "laws", uses: [...METHODS, "estimators"] },
  {
    name: "problem",
    uses: GROUND,
    knows: ["design", "datafits", "piecewise-linear", "penalties", "parametrizations"],
  },
  { name: "theory", uses: [...NOUNS, "problem", "optimizers"] },
  { name: "optimizers", uses: GROUND, knows: ["problem"] },
  { name: "solvers", uses: [...NOUNS, "problem", "optimizers"] },
  // Estimators load the proofs of global minima where these are asked for, by lazy.ts.
  { name: "estimators", uses: [...METHODS, "global"] },
  { name: "selection", uses: [...NOUNS, "problem", "estimators"] },
  { name: "global", uses: [...NOUNS, "problem", "estimators"] },
  { name: "frame", uses: [...GROUND, "design", "data", "estimators"], knows: MODELS },
  { name: "plot", uses: [...GROUND, "design"], knows: MODELS },
  { name: "nn", uses: [...GROUND, "design", "file-writing"], knows: MODELS },
  { name: "data", uses: GROUND, knows: ["design"] },
  { name: "index", uses: MODELS },
  { name: "surrogate", uses: MODELS },
];

/**
 * Every package the code may import, and the only places that may. `node:` stands for what comes with Node: the library asks for it by
 * `#platform`, which a browser has too. What draws charts is asked for by `#drawing`, which a program without charts has not: a bundler
 * looks for every package that it meets.
 */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "node:": [
    "src/file-writing.ts",
    "src/platform/",
    // What threads of Node run.
    "src/simd/matvec-worker-thread.ts",
    "src/estimators/threads/serve-jobs.ts",
    "src/nn/",
    "kernel/",
    "figures/",
    "notebooks/",
    "bench/",
    "docs/",
  ],
  // Of Node's own, by a flag of the kernel.
  internal: ["kernel/node-internals.ts"],
  "pure-rand": ["src/random/"],
  vega: ["src/platform/drawing", "kernel/display/chart-bundle.ts"],
  "vega-lite": ["src/platform/drawing", "kernel/display/chart-bundle.ts"],
  "@cfworker/json-schema": ["kernel/display/chart-bundle.ts"],
  "@resvg/resvg-js": ["src/platform/drawing"],
  "@duckdb/node-api": ["src/platform/", "bench/made-files.ts"],
  hyparquet: ["src/platform/"],
  "hyparquet-compressors": ["src/platform/"],
  "@tensorflow/tfjs": ["src/nn/", "bench/networks.ts", "figures/studies/"],
  "@tensorflow/tfjs-backend-wasm": ["src/nn/"],
  "danfojs-node": ["kernel/browser/modules-of-cells.ts"],
  tslab: ["kernel/"],
  zeromq: ["kernel/", "bench/kernel/"],
  typescript: ["kernel/", "docs/"],
  murmurhash: ["kernel/"],
  commander: ["kernel/", "figures/", "bench/"],
  // Commands read tables as the library does, and cells in a browser import it.
  "smooth-edges": [
    "figures/",
    "notebooks/",
    "bench/",
    "docs/",
    "kernel/browser/modules-of-cells.ts",
    "kernel/cli/cli.ts",
    "kernel/cli/moments-command.ts",
    "kernel/new-notebook/column-roles.ts",
    "kernel/new-notebook/csv-reading.ts",
    "kernel/new-notebook/new-notebook-command.ts",
    "kernel/new-notebook/response-loss.ts",
    "kernel/new-notebook/table-roles.ts",
    "kernel/model-commands/",
  ],
};

/** The parts beside the library, and the paths of this repository that they may import. */
export const OUTER: Readonly<Record<string, readonly string[]>> = {
  "kernel/": [
    "kernel/",
    "src/file-writing",
    "src/options",
    "src/display/",
    "src/platform/",
    "src/plot/rendering/render",
    "src/plot/rendering/chart-spec",
    "../package.json",
  ],
  "notebooks/": ["notebooks/", "kernel/"],
  "figures/": [
    "figures/",
    "notebooks/",
    "kernel/",
    "src/display/formatting",
    "src/file-writing",
    "src/design/dense-block",
    "src/linalg/cholesky",
    "src/random/distributions",
  ],
  "bench/": ["bench/", "figures/light-and-dark", "src/simd/"],
  "docs/": [
    "docs/",
    "figures/gallery/",
    "figures/light-and-dark",
    "figures/live-lasso",
    "figures/social-picture",
    "kernel/",
    "src/display/",
  ],
};

/**
 * What a part may use of the inside of the library, not just name: benchmarks time what no user calls, methods that studies
 * time beside the library's run on its kernels, the kernel draws tables and charts of other libraries as the library draws its own,
 * and all write files in the same way.
 */
export const INSIDE: Readonly<Record<string, readonly string[]>> = {
  "bench/": ["src/simd/"],
  "docs/": ["src/display/"],
  "figures/": [
    "src/display/formatting",
    "src/file-writing",
    "src/design/dense-block",
    "src/linalg/cholesky",
    "src/random/distributions",
  ],
  "kernel/": [
    "src/file-writing",
    "src/options",
    "src/display/",
    "src/platform/browser",
    "src/plot/rendering/render",
    "src/plot/rendering/chart-spec",
  ],
};

/**
 * The doors of rooms: the files by which other rooms enter. An `index` offers a family; elsewhere a door is the chapter that has
 * what others need, so that a thread loads no more than it uses. A room that is not listed is open: each file is a subject that
 * others may use, as those of `linalg` or `design`.
 */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  "kernel/cli": ["run-command"],
  "kernel/compiler": [
    "cell-converter",
    "cell-names",
    "cell-options",
    "compiler-cache",
    "explanation",
    "guarded-compiler",
    "local-source",
    "module-resolution",
    "types",
    "virtual-files",
  ],
  "kernel/completion": ["code-requests"],
  "kernel/debugger": ["debug-gate", "debugger"],
  "kernel/execution": ["cell-variables", "comm-hub", "session"],
  "kernel/model-commands": ["add-commands"],
  "kernel/notebook-api": ["display-handle", "index"],
  "kernel/protocol": ["history-store", "interrupter", "kernel-server", "outbox"],
  "kernel/runner": ["notebook", "run-notebook"],
  "src/data": [],
  "src/data/files": [
    "cached-files",
    "date-format",
    "index",
    "read-bytes",
    "read-csv",
    "read-idx",
    "scan-csv",
    "table-columns",
  ],
  "src/data/simulations": ["index"],
  "src/datafits": ["index", "robust-loss", "scaled-sums"],
  "src/estimators/fit": [
    "adaptive-rescaling",
    "build-fit",
    "estimating-fitter",
    "fit-goal",
    "fitter",
    "null-model",
    "non-convex-rules",
    "orthonormal-groups",
    "penalty-spec",
    "solve",
    "solver-choice",
    "standard-errors",
    "working-problem",
  ],
  "src/estimators/out-of-core": ["cross-validate-table", "fit-table", "passes"],
  "src/estimators/threads": ["fit-in-thread", "folds-in-threads"],
  "src/frame": [
    "check-texts",
    "column-encoder",
    "frame-data",
    "frame-encoder",
    "level-column",
    "moment-summary",
    "number-column",
    "table-design",
  ],
  "src/frame/files": ["file-columns", "file-dataset", "file-design", "file-texts", "summarize-file"],
  "src/frame/sql": ["dialects", "sql-columns", "sql-design"],
  "src/global": ["certify-global"],
  "src/nn": ["model-types", "network-errors", "tensorflow"],
  "src/nn/surgery": [
    "collapse",
    "freeze-zeros",
    "group-masks",
    "largest-groups",
    "shrink",
    "sparsify",
    "sparsity-report",
  ],
  "src/nn/training": ["learning-rates", "prune-to", "sparsify-to", "train", "training-recorder"],
  "src/nn/wasm": ["factor-product", "index"],
  "src/optimizers": ["index", "minimize"],
  "src/parametrizations": ["depth", "index"],
  "src/penalties": ["bounded", "groups", "index", "penalty-weights", "scaled-penalty", "sparse-group"],
  "src/piecewise-linear": ["index"],
  "src/selection": [],
  "src/simd/assembly": [],
  "src/solvers/piecewise": ["lifted-var-pro", "linear-program", "solve-piecewise-linear"],
  "src/solvers/search": ["index"],
  "src/theory": ["index"],
};
