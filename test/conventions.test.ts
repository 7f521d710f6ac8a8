import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { ROOT } from "./support/tracked-files";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly name: string;
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly "timeout-minutes": number;
        readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
        readonly steps: readonly Step[];
      }
    >
  >;
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly { type: string; id: string; attributes: { label: string } }[];
}

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

function parsed<T>(file: string): T {
  const documents = parseAllDocuments(textOf(file), { uniqueKeys: true });
  assert.equal(documents.length, 1, file);
  const [document] = documents as unknown as [{ errors: Error[]; warnings: Error[]; toJS(): T }];
  assert.deepEqual([...document.errors, ...document.warnings].map(String), [], file);
  return document.toJS();
}

const filesOfHost = readdirSync(join(ROOT, ".github"), { recursive: true, encoding: "utf8" }).map(
  (file) => `.github/${file.replaceAll("\\", "/")}`,
);
const workflows = filesOfHost.filter((file) => file.startsWith(".github/workflows/"));
const jobsOf = (file: string): Workflow["jobs"][string][] => Object.values(parsed<Workflow>(file).jobs);
const stepsOf = (file: string): Step[] => jobsOf(file).flatMap(({ steps }) => steps);

describe("the files of the host of the repository", () => {
  it("are YAML without a fault", () => {
    const files = filesOfHost.filter((file) => file.endsWith(".yml"));
    assert.ok(files.length >= 7);
    for (const file of files) assert.equal(typeof parsed<object>(file), "object", file);
  });

  it("are workflows that run no commands but those that are here", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    const commands = workflows.flatMap((file) => stepsOf(file).flatMap(({ run }) => run?.split("\n") ?? []));
    const ownScripts = commands.flatMap(
      (command) => /^npm (?:run )?(?!ci\b|publish\b)(\S+)/.exec(command)?.[1] ?? [],
    );
    assert.deepEqual(
      ownScripts.filter((name) => !(name in scripts)),
      [],
    );
    const programs = commands.flatMap((command) => /^(\.\S+)/.exec(command)?.[1] ?? []);
    assert.deepEqual(programs, [".ci/run"]);
    assert.deepEqual(
      programs.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  it("are workflows with limits: on time, and on what their token may do", () => {
    for (const file of workflows) {
      const { permissions, jobs } = parsed<Workflow>(file);
      assert.ok(permissions, file);
      for (const job of Object.values(jobs)) assert.ok(job["timeout-minutes"] > 0, file);
      for (const { uses, run } of stepsOf(file)) {
        assert.match(uses ?? "actions/none@v1", /^actions\/[\w-]+@v\d+$/);
        assert.doesNotMatch(
          run ?? "",
          /\$\{\{/,
          "an input must come by the environment, where it is no code",
        );
      }
    }
  });

  it("test three systems, and the versions of Node that the package promises", () => {
    const [{ strategy }] = jobsOf(".github/workflows/ci.yml");
    const { system, node } = strategy!.matrix;
    assert.deepEqual(
      system.map((name) => name.split("-")[0]),
      ["ubuntu", "macos", "windows"],
    );
    const promised = /\*\*Node\*\* ([\d.]+), (\d+), (\d+) and the newest/.exec(textOf("docs/package.md"))!;
    assert.deepEqual(node, [...promised.slice(1), "latest"]);
    assert.equal(`>=${node[0]}`, JSON.parse(textOf("package.json")).engines.node);
  });

  it("are forms of issues whose fields have names of their own", () => {
    const forms = filesOfHost.filter((file) => /ISSUE_TEMPLATE\/(?!config).*\.yml$/.test(file));
    assert.equal(forms.length, 2);
    for (const { name, description, body } of forms.map(parsed<Form>)) {
      assert.ok(name && description);
      assert.equal(new Set(body.map(({ id }) => id)).size, body.length);
    }
  });
});

describe("the files of editors", () => {
  it("name the version of Node that the committed numbers come from", () => {
    const version = textOf(".nvmrc").trim();
    assert.match(textOf(".ci/run"), new RegExp(`^readonly MAIN_NODE=${version} `, "m"));
    const { image } = JSON.parse(textOf(".devcontainer/devcontainer.json"));
    assert.equal(image.split(":").at(-1), version);
  });

  it("have the widths of the formatter", () => {
    const { indentWidth, lineWidth, indentStyle } = JSON.parse(textOf("biome.json")).formatter;
    const settings = textOf(".editorconfig");
    assert.match(settings, new RegExp(`^indent_size = ${indentWidth}$`, "m"));
    assert.match(settings, new RegExp(`^indent_style = ${indentStyle}$`, "m"));
    assert.match(settings, new RegExp(`^max_line_length = ${lineWidth}$`, "m"));
  });
});
