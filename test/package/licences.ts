/** Under which licences the package and what it needs stand. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { id?: string; name?: string }; expression?: string }[];
}

/** Licences that let anyone use and pass on the whole; of MPL-2.0 only changes to its own files must be shown. */
const PERMISSIVE = [
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "Unlicense",
  "MPL-2.0",
];

/** Packages whose package.json names no licence, and the licence that their file states. */
const STATED: Readonly<Record<string, { readonly file: string; readonly says: RegExp }>> = {
  "dejavu-fonts-ttf": { file: "LICENSE", says: /Permission is hereby granted, free of charge/ },
};

const termsOf = ({ licenses = [] }: Component): string[] =>
  licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? "")
    .flatMap((terms) => terms.replace(/[()]/g, "").split(/ (?:AND|OR) /))
    .filter((term) => term !== "");

describe("the bill of materials", () => {
  const { components } = JSON.parse(output(ROOT, "npm", "run", "--silent", "sbom")) as {
    components: readonly Component[];
  };

  it("lists what the package installs, each with a version", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const listed = new Set(components.map(({ name }) => name));
    assert.deepEqual(
      [
        ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
        "dejavu-fonts-ttf",
        "tslab",
      ].filter((name) => !listed.has(name)),
      [],
    );
    assert.ok(!listed.has("mocha"), "what only we need is none of it");
    for (const { name, version } of components) assert.match(version, /^\d+\.\d+\.\d+/, name);
  });

  it("has a permissive licence for each", () => {
    const other = components.filter((component) => {
      const stated = STATED[component.name];
      if (stated) {
        const text = readFileSync(join(ROOT, "node_modules", component.name, stated.file), "utf8");
        return !stated.says.test(text);
      }
      const terms = termsOf(component);
      return terms.length === 0 || !terms.every((term) => PERMISSIVE.includes(term));
    });
    assert.deepEqual(
      other.map((component) => `${component.name} ${termsOf(component).join(", ") || "states none"}`),
      [],
    );
  });
});
