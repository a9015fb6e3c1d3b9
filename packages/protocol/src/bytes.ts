// Binary strings: one character per byte, as HTTP headers, atob and btoa use them. Signatures cover
// raw bytes, so canonical strings are built in this form on both sides and turned into bytes only
// for hashing.

const encoder = new TextEncoder();
const strictDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

const ascii = /^[\u0000-\u007f]*$/;

/** Text as UTF-8, one character per byte. */
export function utf8ToBinary(value: string): string {
  return ascii.test(value) ? value : bytesToBinary(encoder.encode(value));
}

/** UTF-8 bytes as text, or undefined when they are not UTF-8. */
export function binaryToUtf8(binary: string): string | undefined {
  if (ascii.test(binary)) return binary;
  try {
    return strictDecoder.decode(binaryToBytes(binary));
  } catch {
    return undefined;
  }
}

/** UTF-8 bytes as text, with U+FFFD for bytes that are not UTF-8. */
export function binaryToText(binary: string): string {
  return ascii.test(binary) ? binary : lenientDecoder.decode(binaryToBytes(binary));
}

/** One byte per character. */
export function binaryToBytes(binary: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) out[index] = binary.charCodeAt(index);
  return out;
}

/** One character per byte. */
export function bytesToBinary(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

/** Bytes as lower-case hex. */
export function bytesToHex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

/** Decodes `%XX`. A malformed escape stays as it is, and `+` is not decoded to a blank. */
export function percentDecode(raw: string): string {
  if (!raw.includes("%")) return raw;
  return raw.replace(/%([0-9a-fA-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** RFC 3986: all but `A-Za-z0-9-._~` becomes `%XX`. */
export function percentEncode(binary: string): string {
  return binary.replace(/[^\w.~-]/g, escapeByte);
}

/** RFC 3986 with `/` kept, for paths. */
export function percentEncodePath(binary: string): string {
  return binary.replace(/[^\w.~/-]/g, escapeByte);
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Byte order of two binary strings, as `Array.sort` takes it. */
export function compareBinary(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Decodes standard Base64 with padding to a binary string. Returns undefined for any other text,
 * such as one with blanks or of the URL-safe alphabet.
 */
export function decodeBase64(raw: string): string | undefined {
  if (raw.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(raw)) return undefined;
  return atob(raw);
}
