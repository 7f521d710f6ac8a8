import assert from "node:assert/strict";
import { lbfgs } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import {
  multiStart,
  newtonPolished,
  saddleEscape,
  surrogateDescent,
  withFallback,
  workingSet,
} from "../../src/solvers";
import { coordinateDescent } from "../../src/solvers/classical";
import type { Anything } from "../support/bad-input";

const solver = coordinateDescent();

/** Makers of a solver from others, and what they call the one they are given here. */
const wrappers: Readonly<Record<string, readonly [(given: Anything) => unknown, string]>> = {
  newtonPolished: [newtonPolished, "inner"],
  workingSet: [workingSet, "inner"],
  multiStart: [multiStart, "inner"],
  saddleEscape: [saddleEscape, "inner"],
  withFallback: [(given) => withFallback(given, solver), "first"],
};

describe("a solver that is made from another one", () => {
  for (const [name, [wrap, what]] of Object.entries(wrappers)) {
    it(`by ${name} says in one sentence that what it was given is none`, () => {
      assert.doesNotThrow(() => wrap(solver));
      for (const [given, shown] of [
        [undefined, "undefined"],
        [lbfgs(), "an object"],
        [coordinateDescent, "a function coordinateDescent; call it"],
      ]) {
        assert.throws(() => wrap(given), {
          name: "InputError",
          message: `${name}: ${what} must be a solver such as coordinateDescent(), got ${shown}`,
        });
      }
    });
  }

  it("needs the second one too, where it takes two", () => {
    const refuses = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: "InputError", message });
    const rule = "must be a solver such as coordinateDescent(), got";
    refuses(() => withFallback(solver, undefined as Anything), `withFallback: second ${rule} undefined`);
    refuses(() => multiStart(solver, { direct: "fista" as Anything }), `multiStart: direct ${rule} "fista"`);
    refuses(() => multiStart(solver, { dense: "irls" as Anything }), `multiStart: dense ${rule} "irls"`);
    assert.doesNotThrow(() => multiStart(solver, { direct: undefined }));
  });

  it("or from a parametrization and an optimizer, names the one that is none", () => {
    const make: Anything = surrogateDescent;
    const refuses = (given: readonly unknown[], message: string): void =>
      assert.throws(() => make(...given), { name: "InputError", message: `surrogateDescent: ${message}` });
    refuses([], "parametrization must be one such as hadamardProduct({ depth: 2 }), got undefined");
    refuses([lbfgs()], "parametrization must be one such as hadamardProduct({ depth: 2 }), got an object");
    refuses([hadamardProduct({ depth: 2 })], "optimizer must be one such as lbfgs(), got undefined");
    refuses(
      [hadamardProduct({ depth: 2 }), lbfgs],
      "optimizer must be one such as lbfgs(), got a function lbfgs; call it",
    );
  });
});
