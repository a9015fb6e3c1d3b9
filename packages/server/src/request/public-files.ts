// What lives under `/_ossicle/` on the data port, where the host names no bucket: health, and the
// callbacks' public keys.

/** The files. */
export interface PublicFiles {
  /** Why the store answers no requests; undefined while it does. */
  readonly health: () => string | undefined;
  /** Public key in PEM by fingerprint. The content of a key's URL never changes. */
  readonly callbackKeys: ReadonlyMap<string, string>;
  /** The public keys of the second signature, as a JWK set. */
  readonly webhookKeys: () => Promise<object>;
}

/** A small answer. */
export interface PublicFile {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers a target below `/_ossicle/`. */
export async function servePublicFiles(files: PublicFiles, target: string): Promise<PublicFile> {
  const path = target.split("?", 1)[0] ?? "";
  if (path === "/_ossicle/health") {
    const problem = files.health();
    const status = problem === undefined ? 200 : 503;
    return { status, contentType: "text/plain", body: `${problem ?? "ok"}\n` };
  }
  if (path === "/_ossicle/callback-keys/jwks.json") {
    const body = JSON.stringify(await files.webhookKeys());
    return { status: 200, contentType: "application/jwk-set+json", body };
  }
  const fingerprint = /^\/_ossicle\/callback-keys\/([0-9a-f]+)\.pem$/.exec(path)?.[1] ?? "";
  const pem = files.callbackKeys.get(fingerprint);
  if (pem === undefined) return { status: 404, contentType: "text/plain", body: "not found\n" };
  return { status: 200, contentType: "application/x-pem-file", body: pem };
}
