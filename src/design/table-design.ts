import type { DesignMatrix } from "./design-matrix";

/** A design as data come: of its rows some may be kept. */
export interface TableDesign extends DesignMatrix {
  /**
   * The design with these rows only, of the same kind: a sparse one stays sparse.
   *
   * @param rows ascending and distinct.
   */
  selectRows(rows: Int32Array): TableDesign;
}
