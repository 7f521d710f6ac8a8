import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BenchProblem } from "../problems";
import { BARE_OPTIMIZERS, type Layout, LIBRARY_SOLVERS } from "./library";
import { RESULT } from "./messages";
import { environment, type WorkerCommand } from "./worker-process";

/** The sources of the workers in other languages, seen from where this is compiled to. */
const PEERS = join(__dirname, "../../../bench/peers");

/** The programs that peers run in; without one its peers are missing. */
export interface Interpreters {
  readonly python: string;
  readonly rscript: string;
}

/** One that solves a problem: this library, or a peer. */
export interface Contender {
  readonly name: string;
  readonly ours: boolean;
  command(folder: string, layout: Layout, threads: number): WorkerCommand;
}

/** A peer, here or not. */
export interface Peer extends Contender {
  readonly package: string;
  /** Null: the package is not installed. */
  readonly version: string | null;
  /** Whether the problem asked about is one that it solves. */
  readonly takes: boolean;
}

/** What is here of the peers, and why the others are not. */
export interface PeerSurvey {
  readonly peers: readonly Peer[];
  readonly missing: readonly string[];
}

/** Asks both interpreters for their peers; with a folder also which of them take the problem in it. */
export function surveyPeers({ python, rscript }: Interpreters, folder?: string): PeerSurvey {
  const both = [
    survey("Python", python, join(PEERS, "worker.py"), folder),
    survey("R", rscript, join(PEERS, "worker.R"), folder),
  ];
  return {
    peers: both.flatMap(({ peers }) => peers.filter(({ version }) => version !== null)),
    missing: both.flatMap(({ missing }) => missing),
  };
}

function survey(language: string, program: string, script: string, folder: string | undefined): PeerSurvey {
  const asked = spawnSync(program, [script, "--list", ...(folder === undefined ? [] : [folder])], {
    encoding: "utf8",
    env: environment(1),
  });
  const answer = asked.stdout?.split("\n").find((line) => line.startsWith(RESULT));
  if (answer === undefined) {
    const said = asked.error?.message ?? asked.stderr.trim().split("\n").at(-1);
    return { peers: [], missing: [`all peers in ${language}, since ${program} does not run them: ${said}`] };
  }
  const listed = JSON.parse(answer.slice(RESULT.length)) as Omit<Peer, "ours" | "command">[];
  const peers = listed.map((peer) => ({
    ...peer,
    ours: false,
    command: (where: string, layout: Layout, threads: number) => ({
      program,
      arguments: [script, where, peer.name, layout, String(threads)],
    }),
  }));
  const absent = new Set(listed.filter(({ version }) => version === null).map((peer) => peer.package));
  return { peers, missing: [...absent].map((name) => `${name}, which ${program} does not find`) };
}

/** The ways down the surrogate, and what they are measured against. */
const PAPERS_WAYS: readonly string[] = [
  ...Object.keys(BARE_OPTIMIZERS),
  ...Object.keys(LIBRARY_SOLVERS).filter((name) => !name.startsWith("smooth-edges")),
];

/** Ways of one start to problems that are not convex, as peers go, by penalty. */
const singleWays: Readonly<Record<string, readonly string[]>> = {
  lq: ["proximalNewton", "coordinateDescent"],
  mcp: ["proximalNewton"],
  scad: ["proximalNewton"],
  "group-lq": ["blockDescent"],
  "group-mcp": ["blockDescent"],
  "group-scad": ["blockDescent"],
};

/** The solvers of this library that take part in a problem: the default, and those it is to be compared with. */
export function libraryContenders({ name, penalty }: Pick<BenchProblem, "name" | "penalty">): Contender[] {
  const single = singleWays[penalty.name]?.map((way) => `smooth-edges ${way}`);
  const names = ["smooth-edges", ...(single ?? (name === "P15" ? PAPERS_WAYS : []))];
  return names.map((each) => ({
    name: each,
    ours: true,
    command: (folder, layout, threads) => ({
      program: process.execPath,
      arguments: [join(__dirname, "library-worker.js"), folder, each, layout, String(threads)],
    }),
  }));
}

/** The first program of a list that is here, by name or path. */
export function firstProgram(candidates: readonly string[]): string {
  const found = candidates.find(
    (name) => existsSync(name) || spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  );
  return found ?? candidates[0];
}
