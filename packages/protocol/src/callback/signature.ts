// The callback's signature: what is signed, and the public-key URL beside it (callback
// documentation, captures CAP-0/A/B).
import { binaryToBytes, percentDecode, utf8ToBinary } from "../bytes.ts";

/** The bytes that RSA-MD5 signs: decoded path, raw query with its `?`, a newline, the body. */
export function callbackBytesToSign(target: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark);
  const head = binaryToBytes(`${percentDecode(utf8ToBinary(path))}${utf8ToBinary(query)}\n`);
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  return out;
}

/**
 * URL prefixes under which Alibaba serves its callback key. Its documentation lets a receiver trust
 * no others.
 */
export const alibabaKeyUrls: readonly string[] = [
  "http://gosspublic.alicdn.com/",
  "https://gosspublic.alicdn.com/",
];
