// A bucket's secrets for the symmetric signature of Standard Webhooks: `whsec_` and Base64, sealed
// in the bucket's delivery policy.
import type { SecretBox } from "../../accounts/secret-box.ts";

/** Shortest and longest secret in bytes (Standard Webhooks, "Signature scheme"). */
const minBytes = 24;
const maxBytes = 64;

/** Whether a text is a secret. */
export function isWebhookSecret(text: string): boolean {
  const bytes = secretBytes(text);
  return (
    text.startsWith("whsec_") &&
    bytes.toString("base64") === text.slice("whsec_".length) &&
    bytes.length >= minBytes &&
    bytes.length <= maxBytes
  );
}

/** The key bytes of a secret. */
export function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.slice("whsec_".length), "base64");
}

/** Seals a bucket's secrets. */
export function sealSecrets(
  box: SecretBox,
  bucketId: string,
  secrets: readonly string[],
): readonly string[] {
  return secrets.map((secret) => box.seal(secret, purposeOf(bucketId)));
}

/** Opens a bucket's secrets. Leaves out those that were sealed with another store's key. */
export function openSecrets(
  box: SecretBox,
  bucketId: string,
  sealed: readonly string[],
): readonly string[] {
  return sealed.flatMap((one) => box.open(one, purposeOf(bucketId)) ?? []);
}

function purposeOf(bucketId: string): string {
  return `webhook secret ${bucketId}`;
}
