/** The tables of two faces of DejaVu that say how wide letters are. A file of its own, since only charts need it. */

/** Font files as base64, with nothing but those tables, which the build of the modules for browsers puts in. */
declare const FONTS_BASE64: Readonly<Record<"DejaVuSans" | "DejaVuSans-Bold", string>>;

export function fontBytes(face: "DejaVuSans" | "DejaVuSans-Bold"): Uint8Array {
  return Uint8Array.from(atob(FONTS_BASE64[face]), (byte) => byte.charCodeAt(0));
}
