// What `npx knip --config .ci/knip.cjs` looks at: code that nobody uses, packages that nobody names.

/** The code of a notebook's cells, so that what only notebooks import counts as used. */
function cellsOf(text) {
  const cells = JSON.parse(text).cells.filter((cell) => cell.cell_type === "code");
  return cells.map(({ source }) => (Array.isArray(source) ? source.join("") : source)).join("\n");
}

module.exports = {
  entry: [
    // Started as processes and threads, or loaded by name.
    "kernel/{main,socket-thread,cli/cli,model-commands/fit-thread,execution/session,compiler/compiler-cache,notebook-api/cell-globals}.ts",
    "src/estimators/threads/{thread,supervisor}-entry.ts",
    // Loaded by other files of src when they are used.
    "src/estimators/{cross-validation/cross-validate,diagnose/findings,json/read-*,named/read-estimator}.ts",
    "src/estimators/{fit/fitter,fit/estimating-fitter,fit/adaptive-rescaling,fit/orthonormal-groups,fit/standard-errors,out-of-core/{fit,cross-validate}-table,threads/fit-in-thread}.ts",
    "src/global/certify-global.ts",
    "src/solvers/piecewise/linear-program.ts",
    "src/simd/{assembly/index,matvec-worker-thread}.ts",
    "src/platform/{,drawing-}{node,browser}.ts", // by #platform and #drawing
    "kernel/browser/*.ts", // bundled by .ci/browser-kernel.cjs
    "kernel/browser/jupyterlite/extension.ts", // bundled by .ci/jupyterlite.cjs
    "figures/reproduce.ts",
    "docs/site/build-site.ts",
    "bench/{bench,contenders/library-worker,kernel/bench-kernel}.ts",
    "test/**/*.test.ts",
    "test/{long,package}/*.ts",
    "test/support/{setup,test-backend,written-sql,best-subset-problems}.ts",
    "test/browser/page-program.ts", // bundled by page.test.ts, which names it in a text
    "notebooks/*.ipynb",
  ],
  project: ["{src,kernel,figures,notebooks,bench,docs,test}/**/*.ts", "notebooks/*.ipynb"],
  compilers: { ipynb: cellsOf },
  // A type that a signature in its own file names can be named by callers too.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    "@arethetypeswrong/cli", // commands of scripts and tests, called by path
    "publint",
    "@types/mocha", // of the compiler's option `types`, which knip takes for @types/node alone
    "node-inspect-extracted", // both put into the kernel for browsers by .ci/browser-kernel.cjs
    "path-browserify",
    "internal", // of Node's own, which a flag of the kernel lets out
  ],
  ignoreBinaries: ["taskset", "mkfifo", "jupyter"], // of Linux, to pin a benchmark to a core and to make a pipe; and what doctor asks where it is installed
};
