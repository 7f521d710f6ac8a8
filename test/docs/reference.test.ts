import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { improveReference, sourceOptions } from "../../docs/site/reference";

const CLASS = `# Class: Lasso

Text.

## Extends

- \`Estimator\`

## Constructors

### Constructor

\`\`\`ts
new Lasso(options?): Lasso;
\`\`\`

#### Parameters

| Parameter | Type |
| ------ | ------ |
| \`options?\` | [\`LassoOptions\`](../interfaces/LassoOptions.md)\\<\`D\`\\> |
`;

const OPTIONS = `# Interface: LassoOptions

## Properties

| Property | Modifier | Type | Description | Inherited from |
| ------ | ------ | ------ | ------ | ------ |
| <a id="lambda"></a> \`lambda?\` | \`readonly\` | \`number\` | At least 0, see [tol](#tol). | [\`M\`](M.md) |
| <a id="tol"></a> \`tol?\` | \`readonly\` | \\| \`"auto"\` \\| [\`Tol\`](Tol.md#a) | As [here](../functions/f.md) and [there](https://a.org/b). | - |

## Methods
`;

describe("the reference of the documentation site", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "reference-"));
    for (const name of ["classes", "interfaces"])
      mkdirSync(join(folder, "smooth-edges", name), { recursive: true });
    writeFileSync(join(folder, "smooth-edges/interfaces/LassoOptions.md"), OPTIONS);
    writeFileSync(join(folder, "smooth-edges/classes/Lasso.md"), CLASS);
    writeFileSync(join(folder, "smooth-edges/classes/Plain.md"), "# Class: Plain\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has the options of a class on its page, with links that lead on from there", () => {
    improveReference(folder);
    const page = readFileSync(join(folder, "smooth-edges/classes/Lasso.md"), "utf8");
    const table = [
      "## Options",
      "",
      "| Option | Description | Type |",
      "| ------ | ------ | ------ |",
      "| [`lambda?`](../interfaces/LassoOptions.md#lambda) | At least 0, see [tol](../interfaces/LassoOptions.md#tol). | `number` |",
      '| [`tol?`](../interfaces/LassoOptions.md#tol) | As [here](../functions/f.md) and [there](https://a.org/b). | \\| `"auto"` \\| [`Tol`](../interfaces/Tol.md#a) |',
      "",
      "## Extends",
    ].join("\n");
    assert.ok(page.includes(table), page);
    assert.equal(page.replace(/## Options[\s\S]*?(?=## Extends)/, ""), CLASS);
    assert.equal(readFileSync(join(folder, "smooth-edges/classes/Plain.md"), "utf8"), "# Class: Plain\n");
  });

  it("has tables of properties that begin with the description, without the word readonly", () => {
    improveReference(folder);
    const page = readFileSync(join(folder, "smooth-edges/interfaces/LassoOptions.md"), "utf8");
    const table = [
      "| Property | Description | Type | Inherited from |",
      "| ------ | ------ | ------ | ------ |",
      '| <a id="lambda"></a> `lambda?` | At least 0, see [tol](#tol). | `number` | [`M`](M.md) |',
      '| <a id="tol"></a> `tol?` | As [here](../functions/f.md) and [there](https://a.org/b). | \\| `"auto"` \\| [`Tol`](Tol.md#a) | - |',
    ].join("\n");
    assert.ok(page.includes(`## Properties\n\n${table}\n\n## Methods\n`), page);
  });

  it("has links to the sources where the repository has an address", () => {
    assert.deepEqual(sourceOptions(undefined, "/r"), ["--disableSources", "true"]);
    assert.deepEqual(sourceOptions("https://host.org/o/n/blob/1a", "/r").slice(-2), [
      "--sourceLinkTemplate",
      "https://host.org/o/n/blob/1a/{path}#L{line}",
    ]);
  });
});
