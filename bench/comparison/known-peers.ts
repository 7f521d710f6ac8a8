import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./row";

/** Peers as they were measured before, for who has them not. */
export interface KnownPeers {
  readonly date: string;
  readonly machine: string;
  /** {@link anchorSeconds} of that machine. */
  readonly anchorSeconds: number;
  readonly versions: string;
  readonly rows: readonly KnownRow[];
}

export type KnownRow = Pick<
  Row,
  "problem" | "contender" | "threads" | "label" | "tol" | "seconds" | "worst" | "peakMb"
>;

const PATH = join(__dirname, "../../../bench/peers/measured.json");

export function knownPeers(): KnownPeers {
  return existsSync(PATH)
    ? (JSON.parse(readFileSync(PATH, "utf8")) as KnownPeers)
    : { date: "", machine: "", anchorSeconds: 1, versions: "", rows: [] };
}
