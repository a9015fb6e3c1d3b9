// Parses the headers of a form: its boundary, and each part's name, file name and type (RFC 7578,
// RFC 2046). Header values are binary strings; names are UTF-8, as browsers send them.
import { binaryToUtf8 } from "@ossicle/protocol";

/** A part's head: values by lower-case name. */
export type PartHead = Readonly<Record<string, readonly string[]>>;

/** The parsed head of a part. */
export interface PartHeader {
  /** Undefined if the part's Content-Disposition has no name. */
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  /** The part's Content-Type, unchanged; undefined without one. */
  readonly contentType: string | undefined;
}

/** Reads a part's head. Returns undefined for a part that is not form-data; it is skipped. */
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

/** Decodes a field by the character set that its part names, or else as UTF-8. */
export function fieldText(value: Uint8Array, contentType: string | undefined): string {
  const charset = contentType === undefined ? undefined : parameter(contentType, "charset");
  try {
    return new TextDecoder(charset ?? "utf-8", { ignoreBOM: true }).decode(value);
  } catch {
    return Buffer.from(value).toString(); // an unknown character set: UTF-8
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
