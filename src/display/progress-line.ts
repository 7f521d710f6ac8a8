import { escapeHtml } from "./escape-html";
import { formatNumber } from "./format-number";

/** Whether work goes on, and if not, how it ended: what was left before its end was stopped. */
export type WorkStatus = "running" | "done" | "stopped" | "interrupted";

/** How work goes. */
export interface WorkState {
  /** Empty where the work has no name. */
  readonly task: string;
  /** `62 of 100`; undefined where it says nothing. */
  readonly units: string | undefined;
  /** From 0 to 1; undefined where nobody knows how much work there is. */
  readonly share: number | undefined;
  /** In seconds. */
  readonly elapsed: number;
  /** Units a second. */
  readonly rate: number;
  /** In seconds; Infinity or NaN where it cannot be told. */
  readonly remaining: number;
  readonly message: string;
  readonly status: WorkStatus;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const CELLS = 20;
const COLOURS: Readonly<Record<WorkStatus, string>> = {
  running: "#2b7bba",
  done: "#1a7f37",
  stopped: "#9a6700",
  interrupted: "#9a6700",
};

/** Work in one line: `SmoothLasso.path  62 % ████████████▍        62 of 100, 5.2/s, 12 s, 7 s to go, lambda 0.031`. */
export function progressLine(state: WorkState, columns: number): string {
  const { task, share } = state;
  const eighths = Math.floor(8 * CELLS * (share ?? 0));
  const bar = ("█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]).padEnd(CELLS);
  const front = [
    ...(task === "" ? [] : [task]),
    ...(share === undefined ? [] : [`${percent(share).padStart(4)} ${bar}`]),
  ];
  const line = front.length === 0 ? phrase(state) : `${front.join("  ")} ${phrase(state)}`;
  return [...line].slice(0, Math.max(columns, 0)).join("");
}

/** The same in a notebook. */
export function progressHTML(state: WorkState): string {
  const words = `<span style="opacity: 0.8">${escapeHtml(phrase(state))}</span>`;
  if (state.share === undefined) return `<div>${escapeHtml(state.task)} ${words}</div>`;
  const filled = `<span style="display: inline-block; height: 12px; width: ${Math.round(200 * state.share)}px; background-color: ${COLOURS[state.status]}"></span>`;
  const track = `<span style="display: inline-block; height: 12px; width: 200px; line-height: 12px; background-color: rgba(128, 128, 128, 0.3)">${filled}</span>`;
  return `<div>${escapeHtml(state.task)} ${track} ${percent(state.share)} ${words}</div>`;
}

/** A milestone in a log. */
export function milestoneLine(state: WorkState): string {
  const share = state.share === undefined ? "" : `${percent(state.share)}, `;
  return `${state.task === "" ? "" : `${state.task}: `}${share}${phrase(state)}\n`;
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

function phrase({ units, elapsed, rate, remaining, message, status }: WorkState): string {
  return [
    ...(units === undefined ? [] : [units]),
    ...(rate > 0 ? [rateText(rate)] : []),
    durationText(elapsed),
    ...(remaining < Number.POSITIVE_INFINITY && status === "running"
      ? [`${durationText(remaining)} to go`]
      : []),
    ...(message === "" ? [] : [message]),
    ...((status === "stopped" || status === "interrupted") && !message.startsWith(status) ? [status] : []),
  ].join(", ");
}

function rateText(rate: number): string {
  return rate >= 1 ? `${formatNumber(rate, 2)}/s` : `${formatNumber(1 / rate, 2)} s each`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
