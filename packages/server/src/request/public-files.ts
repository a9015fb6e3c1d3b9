// Serves `/_ossicle/` on the data port, if the host names no bucket: health, and the public keys of
// callbacks.
import { type HostRules, parseTarget } from "@ossicle/protocol";
import type { Clock } from "../time/clock.ts";
import { respondUnrouted } from "../http/respond-error.ts";
import { asOssError } from "./as-oss-error.ts";
import type { RequestMessage, ResponseMessage } from "../http/message.ts";

/** The files. */
export interface PublicFiles {
  /** The failure because of which the store cannot serve requests; undefined without one. */
  readonly health: () => string | undefined;
  /** Public key in PEM by fingerprint. The content of a key's URL never changes. */
  readonly callbackKeys: ReadonlyMap<string, string>;
  /** The public keys of the second signature, as a JWK set. */
  readonly webhookKeys: () => Promise<object>;
}

/** Options of {@link publicFileServer}. */
export interface PublicFileOptions extends PublicFiles {
  readonly hosts: HostRules;
  readonly clock: Clock;
}

/** Makes the handler of requests below `/_ossicle/`. It returns undefined for other requests. */
export function publicFileServer(
  options: PublicFileOptions,
): (message: RequestMessage) => Promise<ResponseMessage | undefined> {
  return async (message) => {
    const { target, headers } = message;
    if (!target.startsWith("/_ossicle/")) return undefined;
    const { readings } = parseTarget(target, headers["host"] ?? "", options.hosts);
    if (readings[0].byHost) return undefined;
    try {
      const { status, contentType, body: text } = await readPublicFile(options, target);
      const body = Buffer.from(text);
      const lines = ["Content-Type", contentType, "Content-Length", String(body.length)];
      const facts = { requestId: "", operation: "PublicFile" };
      return { status, headers: lines, body, facts };
    } catch (cause) {
      return respondUnrouted(options.clock, message, asOssError(cause));
    }
  };
}

interface PublicFile {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function readPublicFile(files: PublicFiles, target: string): Promise<PublicFile> {
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
