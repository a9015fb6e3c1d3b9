// Explains why a verifier refuses a callback. The kit gives these texts to the application, and the
// store's ledger gives them to the operator.

/** A reason in words. */
export interface RefusalExplanation {
  /** What is wrong with the callback. */
  readonly summary: string;
  /** The usual cause. */
  readonly cause: string;
  readonly remedy: string;
}

/** Codes of the reasons. */
export type RefusalCode =
  | "missing-authorization"
  | "missing-key-url"
  | "malformed-key-url"
  | "untrusted-key-url"
  | "key-unavailable"
  | "malformed-key"
  | "malformed-signature"
  | "body-changed"
  | "signature-mismatch"
  | "missing-webhook-headers"
  | "malformed-webhook-timestamp"
  | "webhook-too-old"
  | "webhook-too-new"
  | "webhook-keys-unavailable"
  | "webhook-signature-mismatch";

/** The reasons that `@ossicle/kit` gives, by the code that it answers with. */
export const refusalExplanations: Readonly<Record<RefusalCode, RefusalExplanation>> = {
  "missing-authorization": {
    summary: "The request has no Authorization header.",
    cause: "It is not a callback, or a proxy or Apache has removed the header.",
    remedy: "Let the header through; for Apache, set CGIPassAuth On.",
  },
  "missing-key-url": {
    summary: "The request has no x-oss-pub-key-url header.",
    cause: "It is not a callback, or a proxy removes unknown headers.",
    remedy: "Let headers that begin with x-oss- through.",
  },
  "malformed-key-url": {
    summary: "x-oss-pub-key-url is not Base64 of a URL.",
    cause: "The request was not made by a store, or was changed on its way.",
    remedy: "Look at the header as it arrives.",
  },
  "untrusted-key-url": {
    summary: "The key's URL does not begin with a prefix in trustedKeyUrls.",
    cause:
      "The callback comes from a store of your own, and only Alibaba's keys are trusted by " +
      "default; or it is forged.",
    remedy:
      "If the URL is your store's, add its prefix, which ends in /_ossicle/callback-keys/, " +
      "to trustedKeyUrls.",
  },
  "key-unavailable": {
    summary: "The public key could not be fetched.",
    cause:
      "The application does not reach the key's URL, or requests named too many different " +
      "URLs in the last minute.",
    remedy:
      "Serve the store with an --advertised-url that the application reaches, or give the " +
      "key itself in keys.",
  },
  "malformed-key": {
    summary: "The document at the key's URL is not an RSA public key in PEM.",
    cause: "A proxy answers with a page of its own, or the keys option does not hold a public key.",
    remedy: "Fetch the URL from the application's machine and look at the answer.",
  },
  "malformed-signature": {
    summary: "Authorization is not Base64.",
    cause: "It is another kind of authorization, put there by a proxy or a client.",
    remedy: "Let the store's own header through.",
  },
  "body-changed": {
    summary: "The body is not the signed one: its MD5 differs from Content-MD5.",
    cause: "A body parser ran first, and the application wrote the parsed body out again.",
    remedy:
      "Mount the callback's route before any body parser, or keep the raw bytes in " +
      "request.rawBody.",
  },
  "signature-mismatch": {
    summary: "The signature is not valid for this path, query and body.",
    cause:
      "A proxy in front rewrites the path, the key is another store's, or the callback is forged.",
    remedy: "Set publicPath to the path that the store calls.",
  },
  "missing-webhook-headers": {
    summary: "The headers of Standard Webhooks are missing.",
    cause: "The store sends them only where they are switched on.",
    remedy:
      "Start the store with --webhook-signatures on, or set WebhookSignature in the bucket's " +
      "delivery policy.",
  },
  "malformed-webhook-timestamp": {
    summary: "webhook-timestamp is not a whole number.",
    cause: "The request was not made by a store, or was changed on its way.",
    remedy: "Look at the header as it arrives.",
  },
  "webhook-too-old": {
    summary: "The callback was signed too long ago.",
    cause: "It is a replay, or the application's clock is ahead of the store's.",
    remedy: "Set both clocks by NTP; a larger toleranceSeconds allows more.",
  },
  "webhook-too-new": {
    summary: "The callback was signed in the future.",
    cause: "The application's clock is behind the store's.",
    remedy: "Set both clocks by NTP; a larger toleranceSeconds allows more.",
  },
  "webhook-keys-unavailable": {
    summary: "The keys of the second signature could not be fetched.",
    cause: "The application does not reach jwksUrl.",
    remedy: "Fetch the URL from the application's machine and look at the answer.",
  },
  "webhook-signature-mismatch": {
    summary: "No signature of Standard Webhooks is valid for this id, time and body.",
    cause:
      "The keys or secrets are another store's or another bucket's, the body was changed, " +
      "or the callback is forged.",
    remedy: "Compare jwksUrl, or the secret, with the store's; verify the raw body.",
  },
};
