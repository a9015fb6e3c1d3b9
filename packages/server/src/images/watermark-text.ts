// Texts in parameters of watermarks.

/** Reads Base64, the URL-safe form or the plain one. */
export function decodeBase64Text(text: string): string {
  return Buffer.from(text.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString();
}
