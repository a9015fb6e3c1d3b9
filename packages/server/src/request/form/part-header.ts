// What the heads of a form say: its boundary, and each part's name, file name and type (RFC 7578,
// RFC 2046). Header values are binary strings; names are UTF-8, as browsers send them.
import { binaryToUtf8 } from "@ossicle/protocol";

/** A part's head: values by lower-case name. */
export type PartHead = Readonly<Record<string, readonly string[]>>;

/** What a part's head says. */
export interface PartHeader {
  /** Undefined for a part that is no field of the form. */
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  /** Unchanged; undefined where the part names none. */
  readonly contentType: string | undefined;
}

/** Reads a part's head; undefined for a part that is not one of a form's, which is skipped. */
export function readPartHeader(head: PartHead): PartHeader | undefined {
  const [disposition = ""] = head["content-disposition"] ?? [];
  if (!/^form-data(?:;|$)/i.test(disposition)) return undefined;
  const [contentType = ""] = head["content-type"] ?? [];
  return {
    name: parameter(disposition, "name"),
    fileName: parameter(disposition, "filename"),
    contentType: contentType === "" ? undefined : contentType,
  };
}

/** The boundary that a form's Content-Type names. */
export function boundaryOf(contentType: string): string | undefined {
  return parameter(contentType, "boundary");
}

/** The text of a field, in the character set that its part names; UTF-8 without one. */
export function fieldText(value: Uint8Array, contentType: string | undefined): string {
  const charset = contentType === undefined ? undefined : parameter(contentType, "charset");
  try {
    return new TextDecoder(charset ?? "utf-8", { ignoreBOM: true }).decode(value);
  } catch {
    return Buffer.from(value).toString(); // a character set that is not known
  }
}

// Inside quotes only a quote and a backslash are escaped: old browsers send whole paths, with
// backslashes as they are.
function parameter(text: string, name: string): string | undefined {
  const pattern = /;[ \t]*([^=;"\s]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^;"]*))/g;
  for (const [, found = "", quoted, token = ""] of text.matchAll(pattern)) {
    if (found.toLowerCase() !== name) continue;
    const value = quoted?.replaceAll(/\\(["\\])/g, "$1") ?? token.trim();
    return binaryToUtf8(value) ?? value;
  }
  return undefined;
}
