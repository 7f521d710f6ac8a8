/** The tables that come with the package, for the functions that load them. A file of its own, since nothing else needs it. */

/** The texts of the tables, which the build of the modules for browsers puts in, each where it is named. */
declare const BREAST_CANCER_CSV: string;
declare const DIABETES_CSV: string;
declare const DIGITS_CSV: string;
declare const WINE_CSV: string;

export const breastCancerTable = (): string => BREAST_CANCER_CSV;
export const diabetesTable = (): string => DIABETES_CSV;
export const digitsTable = (): string => DIGITS_CSV;
export const wineTable = (): string => WINE_CSV;
