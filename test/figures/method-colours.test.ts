import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Chart } from "smooth-edges/plot";
import { figures } from "../../figures";
import { colourScale } from "../../figures/method-colours";

const FOLDER = join(__dirname, "../../../figures");

/** A channel of colour that names what has which colour. */
interface Coloured {
  readonly field: string;
  readonly scale?: { readonly domain?: readonly unknown[]; readonly range?: readonly unknown[] };
}

/** All channels of colour of a specification whose field are names. */
function colouredIn(part: unknown): Coloured[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === "data" ? [] : [...(key === "color" && isNominal(value) ? [value] : []), ...colouredIn(value)],
  );
}

/** All colours of a specification, those of data too. */
function coloursIn(part: unknown): string[] {
  if (typeof part === "string") return /^(#[0-9a-f]{3,8}|white|black)$/i.test(part) ? [part] : [];
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(coloursIn) : [];
}

function isNominal(value: { field?: string; type?: string }): value is Coloured {
  return typeof value.field === "string" && value.type !== "quantitative";
}

describe("the colours of the methods", () => {
  it("are the same in all figures", () => {
    const seen = new Map<unknown, { colour: unknown; figure: string }>();
    for (const { name: figure } of figures) {
      const spec: unknown = JSON.parse(readFileSync(join(FOLDER, `${figure}.vl.json`), "utf8"));
      for (const { field, scale } of colouredIn(spec)) {
        if (["method", "curve", "way", "what"].includes(field))
          assert.ok(scale?.domain, `${figure}: ${field} has colours by chance`);
        scale?.domain?.forEach((method, k) => {
          const colour = scale.range?.[k];
          const first = seen.get(method) ?? { colour, figure };
          assert.equal(colour, first.colour, `${method} in ${figure} and in ${first.figure}`);
          seen.set(method, first);
        });
      }
    }
    assert.ok(seen.size > 40, `${seen.size} methods`);
  });

  it("have counterparts for a dark ground, as all colours of figures, but for olive", () => {
    const unchanged = figures.flatMap(({ name }) => {
      const spec: Chart["spec"] = JSON.parse(readFileSync(join(FOLDER, `${name}.vl.json`), "utf8"));
      const dark = coloursIn(new Chart(spec).dark().spec);
      return coloursIn(spec)
        .filter((colour, k) => colour === dark[k] && colour !== "#999933")
        .map((colour) => `${name}: ${colour}`);
    });
    assert.deepEqual(unchanged, []);
  });

  it("are given in the order in which methods come", () => {
    const { domain, range } = colourScale(["ISTA", "auto", "ISTA"]);
    assert.deepEqual(domain, ["ISTA", "auto"]);
    assert.equal(new Set(range).size, 2);
  });

  it("are missed where a method is new", () => {
    assert.throws(() => colourScale(["a new one"]), /a new one has no colour/);
  });

  it("are missed where two methods beside each other share one", () => {
    assert.throws(() => colourScale(["direct", "IRLS"]), /IRLS has the colour of another method/);
  });
});
