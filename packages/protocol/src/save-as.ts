// `image/…|sys/saveas,o_KEY,b_BUCKET`: a process of ProcessObject, which stores its result.
import { decodeBase64, percentDecode } from "./bytes.ts";

/** Where the result of a process is stored. */
export interface SaveAs {
  /** What precedes the bar. */
  readonly process: string;
  /** A binary string. */
  readonly key: string;
  /** Absent when the process names none. */
  readonly bucket: string | undefined;
}

const mark = "|sys/saveas";

/**
 * Splits a process; undefined if it stores nothing. ali-oss percent-encodes it. The SDK for Java
 * uses the plain alphabet of Base64, so a plus sign is no space.
 */
export function splitSaveAs(raw: string): SaveAs | undefined {
  const text = percentDecode(raw);
  const at = text.lastIndexOf(mark);
  if (at < 0) return undefined;
  const parameters = text.slice(at + mark.length).split(",");
  const value = (prefix: string): string | undefined => {
    const found = parameters.find((parameter) => parameter.startsWith(prefix));
    return found === undefined ? undefined : decodeName(found.slice(prefix.length));
  };
  return { process: text.slice(0, at), key: value("o_") ?? "", bucket: value("b_") };
}

// Takes both alphabets, with or without padding. What is no Base64 becomes an empty name, which is
// refused like any other invalid name.
function decodeName(text: string): string {
  const bare = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return decodeBase64(bare.padEnd(Math.ceil(bare.length / 4) * 4, "=")) ?? "";
}
