/** Replies that depend on nothing but the kernel itself. */
import { type JsonObject, PROTOCOL_VERSION } from "../transport/wire";

/** The content of a `kernel_info_reply`. */
export function kernelInfo(version: string): JsonObject {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "smooth-edges",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: process.version.slice(1),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `smooth-edges ${version}: TypeScript on Node.js ${process.version}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v20.x/api/" },
    ],
    debugger: true,
    supported_features: ["debugger"],
  };
}

/** The content of the reply to a front end that asks for a subshell without having looked at the supported features. */
export function noSubshells(request: string): JsonObject {
  const evalue = `${request}: the kernel must support "kernel subshells", which this one does not; see supported_features`;
  return { status: "error", ename: "NotSupportedError", evalue, traceback: [] };
}
