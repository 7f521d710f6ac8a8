/** A JupyterLab with our kernel, and a browser that looks at it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { freePorts } from "../../kernel/runner/kernel-client";
import { ROOT } from "../support/tracked-files";

const CLI = join(ROOT, "dist/kernel/cli/cli.js");

/** How long JupyterLab may take to end its kernels and itself. */
const SERVER_GRACE_MS = 30_000;

/** Where pictures of the browser are kept, outside what git tracks. */
const SCREENSHOTS = join(ROOT, "build/screenshots");

/** What JupyterLab's page offers to scripts under `--LabApp.expose_app_in_browser`. */
interface LabWindow {
  readonly jupyterapp: { readonly commands: { execute(command: string, args?: object): Promise<unknown> } };
}

/** Starts one for the tests of a suite, or skips them and prints why. */
export async function labFor(suite: Mocha.Context): Promise<JupyterLab> {
  const lack = lacksJupyterLab();
  if (lack) {
    process.stdout.write(`skipped: ${lack}\n`);
    suite.skip();
  }
  return JupyterLab.start();
}

/** Why JupyterLab cannot be driven here, or `undefined`. */
function lacksJupyterLab(): string | undefined {
  const { JUPYTER, CHROMIUM } = process.env;
  if (!JUPYTER) return "JUPYTER does not name a jupyter executable";
  if (!CHROMIUM) return "CHROMIUM does not name a Chromium executable";
  const { status } = spawnSync(JUPYTER, ["lab", "--version"], { stdio: "ignore" });
  if (status !== 0) return `${JUPYTER} has no lab`;
  return existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}`;
}

export class JupyterLab {
  readonly page: Page;
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #browser: Browser;
  readonly #address: string;

  private constructor(folder: string, server: ChildProcess, browser: Browser, page: Page, address: string) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.page = page;
    this.#address = address;
  }

  /** With our kernel as the only one beside Python's, and nothing of the user's own settings. */
  static async start(): Promise<JupyterLab> {
    const folder = mkdtempSync(join(tmpdir(), "smooth-edges-lab-"));
    const installed = spawnSync(process.execPath, [CLI, "kernel", "install", "--prefix", folder]);
    if (installed.status !== 0) throw new Error(String(installed.stderr));
    const [port] = await freePorts(1);
    const args = ["lab", "--no-browser", "--allow-root", `--port=${port}`, "--ServerApp.port_retries=0"];
    args.push("--IdentityProvider.token=", `--ServerApp.root_dir=${join(folder, "notebooks")}`);
    args.push("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None");
    mkdirSync(join(folder, "notebooks"));
    // Cells out of sight stay in the page, where a test finds them.
    writeSettings(folder, "notebook-extension", "tracker", { windowingMode: "none" });
    writeSettings(folder, "apputils-extension", "notification", { fetchNews: "false" });
    const env = {
      ...process.env,
      HOME: join(folder, "home"),
      JUPYTER_PATH: join(folder, "share/jupyter"),
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
    };
    const server = spawn(process.env.JUPYTER as string, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    const address = `http://localhost:${port}`;
    await said(server, address);
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ["--no-sandbox", "--force-color-profile=srgb"],
    });
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    page.setDefaultTimeout(90_000); // a cell of a notebook may compute for half a minute where others compute too
    return new JupyterLab(folder, server, browser, page, address);
  }

  /** Opens a notebook of code cells and waits for its kernel. */
  async openCells(name: string, cells: readonly string[]): Promise<void> {
    await this.open(name, notebookOf(cells));
  }

  /** The same in Notebook 7, which the server shows beside JupyterLab; false where that is not installed. */
  async openInNotebook7(name: string, cells: readonly string[]): Promise<boolean> {
    writeFileSync(join(this.#folder, "notebooks", name), notebookOf(cells));
    const response = await this.page.goto(`${this.#address}/notebooks/${name}`);
    if (response?.status() !== 200) return false;
    while (!(await this.#isConnected())) await this.page.waitForTimeout(100);
    await this.page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").waitFor();
    return true;
  }

  /** Whether there is a kernel that a page is connected to and that has answered. */
  async #isConnected(): Promise<boolean> {
    const kernels = await (await this.page.request.get(`${this.#address}/api/kernels`)).json();
    return (kernels as { connections: number; execution_state: string }[]).some(
      ({ connections, execution_state }) => connections > 0 && execution_state === "idle",
    );
  }

  /** Opens a notebook given as a file's content and waits for its kernel. */
  async open(name: string, content: string): Promise<void> {
    const place = join(this.#folder, "notebooks");
    // Notebooks of studies import what lies beside their folder in the repository.
    const figures = relative(place, join(ROOT, "figures"));
    writeFileSync(join(place, name), content.replaceAll("../figures/", `${figures}/`));
    await this.page.goto(`${this.#address}/lab/tree/${name}?reset`);
    await this.page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    await this.status("Idle").waitFor();
  }

  /** Executes a command of JupyterLab, as its menus do. */
  command(name: string, args: object = {}): Promise<unknown> {
    return this.page.evaluate(
      ([id, given]) => (globalThis as unknown as LabWindow).jupyterapp.commands.execute(id, given),
      [name, args] as const,
    );
  }

  /** Restarts the kernel by the menu's command and its question. */
  async restart(): Promise<void> {
    const restarted = this.command("notebook:restart-kernel");
    await this.page.locator(".jp-Dialog .jp-mod-accept").click();
    await restarted;
    await this.status("Idle").waitFor();
  }

  /** Selects a code cell and runs it, by the keyboard; returns at once. */
  async run(k: number): Promise<void> {
    await this.cell(k).locator(".jp-InputArea-editor").click();
    await this.page.keyboard.press("Control+Enter");
  }

  /** Runs a code cell and waits for its number, which appears when it is done. */
  async finish(k: number): Promise<void> {
    await this.run(k);
    await this.done(k);
  }

  async done(k: number): Promise<void> {
    await this.prompt(k)
      .filter({ hasText: /^\[\d+\]:$/ })
      .waitFor();
  }

  cell(k: number): Locator {
    return this.page.locator(".jp-Notebook .jp-CodeCell").nth(k);
  }

  prompt(k: number): Locator {
    return this.cell(k).locator(".jp-InputPrompt");
  }

  output(k: number): Locator {
    return this.cell(k).locator(".jp-OutputArea-output").first();
  }

  /** What Vega draws on, once it has. */
  chart(k: number): Locator {
    return this.cell(k).locator(".vega-embed canvas, .vega-embed svg").first();
  }

  /** The kernel's state in the status bar. */
  status(state: string): Locator {
    return this.page.locator("#jp-bottom-panel").getByText(`TypeScript (smooth-edges) | ${state}`);
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.kill("SIGINT");
    this.#server.kill("SIGTERM");
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      // A server that waits for one of its kernels may not end by itself on a busy machine; its kernels end with it.
      const kill = setTimeout(() => this.#server.kill("SIGKILL"), SERVER_GRACE_MS);
      await once(this.#server, "exit");
      clearTimeout(kill);
    }
    // Kernels write their caches while they end, up to seconds after the server. The promise's version looks for
    // new files at every retry; rmSync would only try the same folder again.
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function writeSettings(folder: string, extension: string, plugin: string, settings: object): void {
  const home = join(folder, "settings/@jupyterlab", extension);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `${plugin}.jupyterlab-settings`), JSON.stringify(settings));
}

/** Waits until a server prints its address; fails with what it said when it ends before. */
async function said(server: ChildProcess, address: string): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (data) => {
      log += data;
      if (log.includes(address)) resolve();
    });
    server.once("exit", () => reject(new Error(log)));
    server.once("error", reject);
  });
}

/** A notebook of code cells for our kernel, as a file's content. */
function notebookOf(cells: readonly string[]): string {
  const notebook = {
    cells: cells.map((source, k) => ({
      cell_type: "code",
      id: `cell-${k}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: {
        display_name: "TypeScript (smooth-edges)",
        language: "typescript",
        name: "smooth-edges",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return JSON.stringify(notebook);
}
