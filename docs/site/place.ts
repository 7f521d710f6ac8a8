/** Where the site lies: the host, where that is known, and the folder there. */
export interface Place {
  /** Without a slash at its end: `https://example.org`. */
  readonly host: string | undefined;
  /** Begins and ends with a slash. */
  readonly base: string;
}

/** Returns the place, by default the root of a host that is not known. @throws Error that says what an option must be */
export function placeOf(base = "/", host?: string): Place {
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base))
    throw new Error(`build-site: --base must begin and end with /, such as /smooth-edges/, got ${base}`);
  if (host !== undefined && !/^https?:\/\/[\w.-]+(?::\d+)?$/.test(host))
    throw new Error(
      `build-site: --host must be the address of a host, such as https://example.org, got ${host}`,
    );
  return { host, base };
}

/** The address of a page in full, or from the root of a host that is not known. */
export function addressIn({ host = "", base }: Place, page: string): string {
  const file = page.endsWith("/") ? page : `${page}.html`;
  return `${host}${base}${file.slice(1)}`;
}
