/**
 * The extension that gives JupyterLite the kernel: a container of module federation, as `jupyter labextension build` would write one.
 *
 * `.ci/jupyterlite.cjs` bundles it. The modules that it shares with JupyterLite are in the scope that JupyterLite hands over; with
 * another copy of them, tokens and signals would not be the same.
 */
import { type Emitter, type KernelOptions, type KernelWorker, WorkerKernel } from "./worker-kernel";

/** Modules that JupyterLite shares, by name and version. */
type Scope = Readonly<Record<string, Readonly<Record<string, { get(): Promise<() => unknown> }>>>>;

/** The exports of `@jupyterlite/services` that the extension uses. */
interface Services {
  readonly IKernelSpecs: unknown;
  readonly IKernelClient: unknown;
}

interface KernelSpecs {
  register(options: { spec: object; create(options: KernelOptions): Promise<object> }): void;
}

interface KernelClient {
  interrupt(id: string): Promise<void>;
}

/** The page, whose types this repository is compiled without. */
declare const document: { readonly currentScript: { readonly src: string } };
declare const navigator: { readonly serviceWorker?: { readonly ready: Promise<unknown> } };
declare const location: { readonly href: string; readonly origin: string };
declare const caches: {
  open(name: string): Promise<{ addAll(addresses: readonly string[]): Promise<void> }>;
};
declare const Worker: new (address: URL, options: { readonly type: "module" }) => KernelWorker;

/** Texts that the build fills in: the kernelspec's description, its logo, and the file of the kernel beside this one. */
declare const DISPLAY_NAME: string;
declare const LOGO: string;
declare const KERNEL_FILE: string;
/** The modules that the kernel loads at first, beside it. */
declare const KERNEL_MODULES: readonly string[];

const EXTENSION = "smooth-edges-jupyterlite";
const KERNEL_NAME = "smooth-edges";
const address = new URL(KERNEL_FILE, document.currentScript.src);

let scope: Scope = {};

/** Has the cache of service-worker.js hold what the page has loaded so far, and what the kernel loads at first. */
async function keepForOffline(): Promise<void> {
  // A server without encryption may not have one, save that of this machine.
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const ofKernel = [KERNEL_FILE, ...KERNEL_MODULES].map((name) => new URL(name, address).href);
  const own = [location.href, ...loaded, ...ofKernel].filter(
    (name) => name.startsWith(location.origin) && !/\/api\/(?!contents)/.test(name),
  );
  const cache = await caches.open("smooth-edges");
  // One that is gone by now does not keep the others away.
  await Promise.allSettled([...new Set(own)].map((name) => cache.addAll([name])));
}

async function shared(name: string): Promise<unknown> {
  const versions = Object.values(scope[name] ?? {});
  if (versions.length === 0)
    throw new Error(`${EXTENSION}: JupyterLite must share ${name}, got no such module`);
  return (await versions[0].get())();
}

/** Makes the plugin that registers the kernel, and that has the stop button reach it. */
async function plugin(): Promise<object> {
  const { IKernelSpecs, IKernelClient } = (await shared("@jupyterlite/services")) as Services;
  const { Signal } = (await shared("@lumino/signaling")) as { Signal: new (sender: unknown) => Emitter };
  const kernels = new Map<string, WorkerKernel<Emitter>>();
  const logo = `data:image/svg+xml;base64,${btoa(LOGO)}`;
  const spec = {
    name: KERNEL_NAME,
    display_name: DISPLAY_NAME,
    language: "typescript",
    argv: [],
    resources: { "logo-svg": logo, "logo-64x64": logo },
  };
  const create = async (options: KernelOptions): Promise<object> => {
    const kernel = new WorkerKernel(
      options,
      () => new Worker(address, { type: "module" }),
      (sender) => new Signal(sender),
    );
    kernels.set(options.id, kernel);
    return kernel;
  };
  return {
    id: `${EXTENSION}:kernel`,
    description: "The kernel of smooth-edges, in a Web Worker.",
    autoStart: true,
    requires: [IKernelSpecs, IKernelClient],
    activate: (
      app: { readonly restored?: Promise<unknown> },
      specs: KernelSpecs,
      client: KernelClient,
    ): void => {
      specs.register({ spec, create });
      // The site works as well without.
      void app.restored?.then(keepForOffline).catch(() => {});
      // JupyterLite itself only drops the requests that wait: its kernels in Python share memory with the page for the rest.
      const dropWaiting = client.interrupt.bind(client);
      client.interrupt = async (id) => {
        await dropWaiting(id);
        const kernel = kernels.get(id);
        if (kernel && !kernel.isDisposed) kernel.interrupt();
      };
    },
  };
}

const containers = globalThis as unknown as { _JUPYTERLAB?: Record<string, object> };
containers._JUPYTERLAB ??= {};
containers._JUPYTERLAB[EXTENSION] = {
  init(given: Scope): void {
    scope = given;
  },
  async get(): Promise<() => object> {
    const module = { __esModule: true, default: await plugin() };
    return () => module;
  },
};
