// Secrets of Standard Webhooks' symmetric signature, as buckets have them: `whsec_` and Base64,
// sealed in the bucket's document.
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

/** The bytes that sign. */
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

/** Opens them; one that was sealed by another store's key is left out. */
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
