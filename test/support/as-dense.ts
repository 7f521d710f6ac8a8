import assert from "node:assert/strict";
import { DenseDesign } from "../../src/design/dense-design";
import type { DesignMatrix } from "../../src/design/design-matrix";

/** The design as what a table that is not sparse becomes, with its values to look at; fails for any other. */
export function asDense(design: DesignMatrix): DenseDesign {
  assert.ok(design instanceof DenseDesign, "the design is not dense");
  return design;
}
