/**
 * Ten minutes of messages that a kernel must survive, on all channels: valid ones, ones with odd values and odd frames, hostile cells.
 *
 * `FUZZ_SEED` repeats a run, `FUZZ_MINUTES` sets its length.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { hasHeartbeat, resultText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const MINUTES = Number(process.env.FUZZ_MINUTES ?? 10);
/** Messages between two looks at whether the kernel still works. */
const BURST = 40;
/** Bursts in the life of one kernel, which then has to shut down. */
const BURSTS_IN_LIFE = 12;
/** What a kernel may take for all that is waiting, on a busy machine. */
const PATIENCE_MS = 120_000;

const TYPES = [
  ...["execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request"],
  ...["comm_info_request", "comm_open", "comm_msg", "comm_close", "kernel_info_request", "interrupt_request"],
  ...["debug_request", "input_reply", "create_subshell_request", "no_request", "execute_reply", ""],
];

/** Each runs in its own kernel's realm, and what it replaces stays replaced for the cells after it. */
const CELLS = [
  ...[
    "1 + 1",
    "const list = [1, 2]; list",
    "throw new Error('x')",
    "await new Promise((r) => setTimeout(r, 5))",
  ],
  ...[
    "while (true) {}",
    "await new Promise(() => {})",
    "prompt('?')",
    "await input('?')",
    "const x: string = 1;",
  ],
  ...[
    "console.log('x'.repeat(100000))",
    "display([{ a: 1 }])",
    "Promise.reject(1); setTimeout(() => { throw 2 })",
  ],
  ...[
    "comm.open('t', { a: 1 })",
    "comm.onTarget('t', (c) => c.onMessage(() => { throw 1 }))",
    "(".repeat(5000),
  ],
  ...[
    "setInterval(() => console.log('tick'), 1).unref()",
    "debugger",
    "process.exit()",
    "interruptSignal.aborted",
  ],
  ...["// @ts-nocheck\nJSON.stringify = () => undefined", "// @ts-nocheck\nArray.prototype.map = () => []"],
  ...[
    "// @ts-nocheck\nPromise.prototype.then = 1",
    "// @ts-nocheck\nSet.prototype.add = Map.prototype.get = 1",
  ],
  ...["process.removeAllListeners()", "// @ts-nocheck\nglobalThis.setTimeout = globalThis.Error = undefined"],
  ...["// @ts-nocheck\nlet d = []; for (let k = 0; k < 1e5; k++) d = [d]; throw d", "kernel.reset()"],
];

const COMMANDS = [
  ...["initialize", "attach", "disconnect", "debugInfo", "dumpCell", "source", "threads", "inspectVariables"],
  ...["richInspectVariables", "evaluate", "setBreakpoints", "setExceptionBreakpoints", "pause", "continue"],
  ...["next", "stepIn", "stepOut", "stackTrace", "scopes", "variables", "configurationDone", "nothing"],
];

const FIELDS = [
  ...["code", "cursor_pos", "comm_id", "data", "target_name", "hist_access_type", "n", "session", "pattern"],
  ...["command", "arguments", "value", "user_expressions", "silent", "store_history", "allow_stdin", "seq"],
  ...["stop_on_error", "detail_level", "start", "stop", "unique", "toString", "__proto__", "restart"],
];

/** JSON as text, so that it can be what `JSON.stringify` never writes. */
const odd: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.nat(160_000).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
  { weight: 1, arbitrary: fc.nat(20_000).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`) },
  {
    weight: 1,
    arbitrary: fc.nat(300_000).map((length) => JSON.stringify("\ud800\u2028".repeat(length / 2))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("1e999", "-0", '{"toString":1,"valueOf":1}', '"*a*a*a*a*a*a*a*a*b"'),
  },
);

const oddContent: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), odd), { maxLength: 6 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`);

const cellContent: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...CELLS), fc.boolean(), fc.boolean())
  .map(([code, silent, stop]) => JSON.stringify({ code, silent, stop_on_error: stop, allow_stdin: true }));

const debugContent: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...COMMANDS), fc.constantFrom(...CELLS.slice(0, 4)), odd, fc.boolean())
  .map(([command, code, value, isOdd]) => {
    const args = `{"expression":${JSON.stringify(code)},"code":${JSON.stringify(code)},"source":{"path":"x"},"frameId":1}`;
    return `{"seq":1,"type":"request","command":"${command}","arguments":${isOdd ? value : args}}`;
  });

interface Sent {
  readonly channel: "shell" | "control" | "stdin";
  readonly type: string;
  readonly content: string;
  /** In place of the header's own. */
  readonly date: string;
  readonly metadata: string;
  readonly damage: "none" | "signature" | "frames" | "no delimiter" | "buffers";
}

const sent: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.constantFrom("shell" as const, "shell" as const, "control" as const, "stdin" as const),
    fc.constantFrom(...TYPES),
    fc.oneof(oddContent, cellContent, debugContent),
    fc.oneof({ weight: 9, arbitrary: fc.constant('"2026-01-01T00:00:00Z"') }, { weight: 1, arbitrary: odd }),
    fc.oneof({ weight: 9, arbitrary: fc.constant("{}") }, { weight: 1, arbitrary: odd }),
    fc.constantFrom(
      ...(["none", "none", "none", "none", "signature", "frames", "no delimiter", "buffers"] as const),
    ),
    fc.boolean(),
  )
  .map(([channel, type, content, date, metadata, damage, isCell]) => {
    const fitting = content.startsWith('{"seq"')
      ? "debug_request"
      : isCell && content.startsWith('{"code"')
        ? "execute_request"
        : type;
    return { channel, type: fitting, content, date, metadata, damage };
  });

/** What two threads say to each other takes its time; what does not come at all fails the run. */
async function within<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what}: nothing came within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function framesOf(kernel: TestKernel, { type, content, date, metadata, damage }: Sent, id: string): Buffer[] {
  const header = `{"msg_id":"${id}","msg_type":${JSON.stringify(type)},"session":"s","username":"u","date":${date},"version":"5.4"}`;
  const frames = kernel.signed([header, "{}", metadata, content]);
  if (damage === "signature") frames[1] = Buffer.from("0".repeat(64));
  if (damage === "frames") frames.splice(3, 2);
  if (damage === "no delimiter") frames.shift();
  if (damage === "buffers") frames.push(Buffer.alloc(3), Buffer.alloc(100_000));
  return frames;
}

/** Whether each channel is heard and the main thread runs a cell; cells that wait are interrupted first. */
async function checkWorks(kernel: TestKernel): Promise<void> {
  assert.ok(await within(hasHeartbeat(kernel), "heartbeat"));
  const leave = { seq: 1, type: "request", command: "disconnect", arguments: {} };
  await within(kernel.request("control", "debug_request", leave), "debug_request");
  // Behind a cell that fails those that wait are aborted, and each of the many that wait may be without an end.
  for (;;) {
    const id = await kernel.sendCell("6 * 7");
    const interrupting = setInterval(() => void kernel.send("control", "interrupt_request"), 400);
    const exchange = await within(kernel.finish(id), "cell").finally(() => clearInterval(interrupting));
    const { status, ename } = exchange.reply.content;
    if (status === "ok") {
      assert.equal(resultText(exchange), "42");
      break;
    }
    assert.ok(status === "aborted" || ename === "InterruptError", JSON.stringify(exchange.reply.content));
  }
  const { reply } = await within(
    kernel.request("shell", "complete_request", { code: "Math.ma", cursor_pos: 7 }),
    "completion",
  );
  assert.ok(reply.content.status === "error" || (reply.content.matches as string[]).includes("max"));
  await within(kernel.request("control", "kernel_info_request"), "kernel_info");
  kernel.published.length = 0;
  kernel.replies.length = 0;
}

describe("a kernel that is sent messages at random", function () {
  this.timeout((MINUTES + 10) * 60_000);

  it(`answers after each burst for ${MINUTES} minutes, and shuts down`, async () => {
    process.stdout.write(`FUZZ_SEED=${SEED}\n`);
    const messages = fc.sample(sent, { seed: SEED, numRuns: 20_000 });
    const end = performance.now() + MINUTES * 60_000;
    let at = 0;
    let lives = 0;
    while (performance.now() < end) {
      const kernel = await TestKernel.start();
      let burst: Sent[] = [];
      try {
        for (let bursts = 0; bursts < BURSTS_IN_LIFE && performance.now() < end; bursts++) {
          burst = Array.from({ length: BURST }, () => messages[at++ % messages.length] as Sent);
          for (const [k, message] of burst.entries())
            await kernel[message.channel].send(framesOf(kernel, message, `fuzz-${at}-${k}`));
          await checkWorks(kernel);
        }
        await kernel.send("control", "shutdown_request", { restart: false });
        await within(kernel.exited, "shutdown");
        lives++;
      } catch (error) {
        const told = burst.map((message) =>
          JSON.stringify({ ...message, content: message.content.slice(0, 200) }),
        );
        throw new Error(`FUZZ_SEED=${SEED}, up to message ${at}: ${kernel.stderr}\n${told.join("\n")}`, {
          cause: error,
        });
      } finally {
        await kernel.stop();
      }
    }
    process.stdout.write(`${at} messages in ${lives} lives\n`);
  });
});
