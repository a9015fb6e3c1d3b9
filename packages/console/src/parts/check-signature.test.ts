// The signature of a callback is checked over its path, its query and its body.
import { createSign, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { checkSignature, type SignedRequest } from "./check-signature.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const keyUrl = "http://store.example:9650/_ossicle/callback-keys/ab.pem";

function requestWith(changed: Partial<SignedRequest> = {}): SignedRequest {
  const signature = createSign("md5").update("/cb?a=1\nbody").sign(privateKey, "base64");
  return {
    url: "http://app.example:8080/cb?a=1",
    headers: ["Authorization", signature, "x-oss-pub-key-url", btoa(keyUrl)],
    body: "body",
    ...changed,
  };
}

test("a signature of the store is valid, and one of another body is not", async () => {
  const fetchKey = (url: string): Promise<string> =>
    url === keyUrl ? Promise.resolve(pem) : Promise.reject(new Error(url));
  expect(await checkSignature(requestWith(), fetchKey)).toBe("valid");
  expect(await checkSignature(requestWith({ body: "other" }), fetchKey)).toBe("signature-mismatch");
  expect(await checkSignature(requestWith({ headers: [] }), fetchKey)).toBeUndefined();
});
