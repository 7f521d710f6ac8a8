import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Subscriber } from "zeromq";
import { NODE_FLAGS } from "../../kernel/kernelspec/kernelspec";
import { resultText, streamText } from "../support/exchanges";
import { MAIN, TestKernel, writeConnection } from "../support/test-kernel";
import { untilGone } from "../support/until-gone";

/** What the kernel says and how it ends where it cannot start. */
function failedStart(...args: string[]): { status: number | null; stderr: string; stdout: string } {
  return spawnSync(process.execPath, [...NODE_FLAGS, MAIN, ...args], { encoding: "utf8" });
}

describe("the kernel's process", function () {
  this.timeout(300_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-main-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("says in one sentence why it cannot start", async () => {
    const missing = join(folder, "missing.json");
    const corrupt = join(folder, "corrupt.json");
    writeFileSync(corrupt, "{ broken");
    const { path, connection } = await writeConnection(folder, "");
    const holder = createServer().listen(connection.iopub_port, "127.0.0.1");
    await once(holder, "listening");
    const starts = [failedStart(), failedStart(missing), failedStart(corrupt), failedStart(path)];
    holder.close();
    const [none, noFile, noJson, noPort] = starts.map(({ stderr }) => stderr);
    assert.deepEqual(
      starts.map(({ status }) => status),
      [1, 1, 1, 1],
    );
    assert.deepEqual(
      starts.map(({ stdout }) => stdout),
      ["", "", "", ""],
    );
    assert.equal(
      none,
      "kernel: the first argument must be the path of a connection file, got nothing; Jupyter supplies it as {connection_file}\n",
    );
    assert.equal(
      noFile,
      `kernel: the connection file must be readable JSON, got ${JSON.stringify(missing)} (no such file)\n`,
    );
    assert.match(noJson ?? "", /^kernel: the connection file must be readable JSON, got ".*" \(.*\)\n$/);
    assert.match(
      noPort ?? "",
      /^kernel: iopub_port must be free, got tcp:\/\/127\.0\.0\.1:\d+ \(.*in use\); choose another port or end the process that holds it\n$/,
    );
  });

  it("tells about itself before the compiler is loaded", async () => {
    const kernel = await TestKernel.start();
    const cell = await kernel.sendCell("1 + 1");
    const { reply } = await kernel.request("control", "kernel_info_request");
    assert.equal(kernel.isIdle(cell), false);
    assert.equal(reply.content.protocol_version, "5.4");
    assert.equal(reply.content.implementation, "smooth-edges");
    assert.equal((reply.content.language_info as Record<string, unknown>).name, "typescript");
    assert.equal(resultText(await kernel.finish(cell)), "2");
    await kernel.stop();
  });

  it("replies to a shutdown and ends, idle, in the middle of a loop and while the compiler loads", async () => {
    for (const code of [
      "console.log(1)",
      "console.log(1); await null; while (true) {}",
      "console.log(1); await null; const end = Date.now() + 150; while (Date.now() < end) {} console.log(2)",
      // The main thread answers within the 200 ms that it has, and is busy again when they are over.
      "setInterval(() => { const end = Date.now() + 180; while (Date.now() < end) {} }, 1); console.log(1)",
      "",
    ]) {
      const kernel = await TestKernel.start();
      const id = await kernel.sendCell(code);
      if (code !== "") await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
      await kernel.send("control", "shutdown_request", { restart: true });
      await kernel.until(() => kernel.replies.some(({ type }) => type === "shutdown_reply"));
      assert.deepEqual(kernel.replies.findLast(({ type }) => type === "shutdown_reply")?.content, {
        status: "ok",
        restart: true,
      });
      // By itself, or by force where it does not get so far in two seconds: a busy machine may take longer.
      assert.match(String((await kernel.exited) ?? kernel.process.signalCode), /^(?:0|SIGKILL)$/, code);
      assert.equal(kernel.stderr, "");
      await kernel.stop();
    }
  });

  it("ends what its cells started, and itself where a child holds it up", async () => {
    for (const [wait, ending] of [
      ["", /^(?:0|SIGKILL)$/],
      ["process.on('SIGTERM', () => {}); spawnSync('sleep', ['300']);", /^SIGKILL$/],
    ] as const) {
      const kernel = await TestKernel.start();
      const start = "import { spawn, spawnSync } from 'node:child_process';";
      const id = await kernel.sendCell(`${start} console.log(spawn('sleep', ['300']).pid); ${wait}`);
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
      const child = Number(streamText({ iopub: kernel.of(id) }));
      await kernel.send("control", "shutdown_request", { restart: false });
      assert.match(String((await kernel.exited) ?? kernel.process.signalCode), ending);
      await untilGone(child);
      await kernel.stop();
    }
  });

  it("greets every subscriber", async () => {
    const kernel = await TestKernel.start();
    const greetings = (): number => kernel.published.filter(({ type }) => type === "iopub_welcome").length;
    const before = greetings();
    const second = new Subscriber();
    second.connect(kernel.iopub.lastEndpoint as string);
    second.subscribe();
    await kernel.until(() => greetings() > before);
    second.close();
    await kernel.stop();
  });

  it("takes unsigned messages where the key is empty, and ignores wrongly signed ones elsewhere", async () => {
    const open = await TestKernel.start({ key: "" });
    assert.equal((await open.request("shell", "kernel_info_request")).reply.content.status, "ok");
    await open.stop();
    const closed = await TestKernel.start({ key: "right" });
    const [delimiter, , ...parts] = closed.frames("execute_request", { code: "1" }, "forged");
    await closed.shell.send([delimiter as Buffer, Buffer.from("0".repeat(64)), ...parts]);
    await closed.request("shell", "kernel_info_request");
    assert.deepEqual(closed.of("forged"), []);
    await closed.stop();
  });

  for (const [when, delay] of [
    ["", 1500],
    [" before it was up", 0],
  ] as const) {
    it(`ends when the process that started it is gone${when}`, async function () {
      const { path } = await writeConnection(folder, "");
      const starter = `
        const { spawn } = require("node:child_process");
        const kernel = spawn(process.execPath, ${JSON.stringify([...NODE_FLAGS, MAIN, path])}, {
          detached: true, stdio: "ignore", env: { ...process.env, JPY_PARENT_PID: String(process.pid) } });
        process.stdout.write(String(kernel.pid));
        setTimeout(() => process.exit(), ${delay});`;
      const parent = spawn(process.execPath, ["-e", starter], { stdio: ["ignore", "pipe", "inherit"] });
      const [output] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(String(output));
      assert.equal(process.kill(pid, 0), true);
      await once(parent, "exit");
      if (delay === 0 && process.platform === "linux") {
        // A service manager that adopts orphans is a parent like any other.
        const [, adopter] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        if (adopter !== "1") {
          process.kill(pid, "SIGKILL");
          this.skip();
        }
      }
      await untilGone(pid);
    });
  }
});
