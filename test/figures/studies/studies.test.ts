import assert from "node:assert/strict";
import { readRecords } from "../../../figures/runs/records";
import { studies } from "../../../figures/studies";
import { grid, SETTINGS } from "../../../figures/studies/study";

describe("the studies", () => {
  it("have different names in kebab-case", () => {
    const names = studies.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+(-[a-z0-9]+)*$/);
  });

  it("say in their title that a setting is ours", () => {
    for (const { title } of studies) assert.match(title, /\(setting: .+\)$/);
  });

  for (const study of studies) {
    it(`have tasks of their own ids, the quick ones among the desk's: ${study.name}`, () => {
      const [quick, desk] = SETTINGS.map((setting) => study.tasks(setting).map(({ id }) => id));
      for (const ids of [quick, desk]) {
        assert.ok(ids.length > 0);
        assert.equal(new Set(ids).size, ids.length);
      }
      assert.deepEqual(
        quick.filter((id) => !desk.includes(id)),
        [],
      );
    });

    it(`have committed records of every desk task: ${study.name}`, () => {
      assert.deepEqual(
        readRecords(study, "desk").map(({ task }) => task.id),
        study.tasks("desk").map(({ id }) => id),
      );
    });
  }
});

describe("a grid of tasks", () => {
  it("has every combination, the last key fastest, named by its parameters", () => {
    assert.deepEqual(
      grid({ rho: [0, 0.5], method: ["a", "b"] }).map(({ id }) => id),
      ["rho=0 method=a", "rho=0 method=b", "rho=0.5 method=a", "rho=0.5 method=b"],
    );
  });
});
