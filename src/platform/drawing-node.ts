/** What charts need on Node.js, Deno and Bun, each part loaded when it is first used. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { missingPackage, unloadablePackage } from "../errors";
import type { Drawing, VegaLibraries } from "./drawing";

export function fontBytes(face: string): Uint8Array {
  return readFileSync(fontFile(face));
}

function fontFile(face: string): string {
  return join(dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf", `${face}.ttf`);
}

export async function vegaLibraries(): Promise<VegaLibraries> {
  return {
    vega: loaded("vega") as VegaLibraries["vega"],
    vegaLite: loaded("vega-lite") as VegaLibraries["vegaLite"],
  };
}

/** @throws InputError where npm was told to leave out optional packages. */
function loaded(name: "vega" | "vega-lite"): unknown {
  try {
    return require(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw missingPackage("Chart", name, "--include=optional");
  }
}

/** @throws InputError where the part of resvg that is compiled for this system is not installed, or may not be loaded. */
export function resvgFor(where: string): ReturnType<Drawing["resvgFor"]> {
  const fontFiles = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"].map(fontFile);
  try {
    const { Resvg } = require("@resvg/resvg-js") as typeof import("@resvg/resvg-js");
    return { Resvg, fontFiles };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND") throw unloadablePackage(where, "@resvg/resvg-js", message);
    const name = `@resvg/resvg-js for ${process.platform} on ${process.arch}`;
    throw missingPackage(where, name, "--include=optional");
  }
}

export function packageText(where: string, name: string, file: string): string {
  let path: string;
  try {
    path = require.resolve(`${name}/${file}`);
  } catch {
    throw missingPackage(where, name, "--include=optional");
  }
  return readFileSync(path, "utf8");
}
