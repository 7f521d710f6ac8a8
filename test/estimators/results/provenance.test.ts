import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { isProvenance, provenance } from "../../../src/estimators/results/provenance";
import { linearData } from "../../support/problems";

describe("notes on how a fit was made", () => {
  it("are told from those about the data, and each opening is in use", () => {
    const { X, y } = linearData(1, 40, 4);
    const wide = X.map((row) => [...row, 7]);
    const lasso = new SmoothLasso({ lambda: 0.1, bounds: [-1, 1], penaltyFactors: [0, 1, 1, 1, 1] });
    const path = new SmoothLasso({ adaptive: true }).path(wide, y, { lambdas: [0.1] });
    const fits = [lasso.fit(wide, y), path.fits[0], path.fits[0].refit(), path.relaxed(0.5).fits[0]];
    const notes = new Set(fits.flatMap((fit) => fit.notes));
    for (const opening of Object.values(provenance)) {
      assert.equal([...notes].filter((note) => note.startsWith(opening)).length, 1, opening);
    }
    assert.deepEqual(
      [...notes].filter((note) => !isProvenance(note)),
      ['column "x4" is constant (7), so its coefficient is set to 0'],
    );
  });
});
