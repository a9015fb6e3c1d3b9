// The access keys over HTTP: `GET /keys`, `POST /keys?note=…`, and `POST /keys/ID/revoke`.
import { OssError } from "@ossicle/protocol";
import type { AccessKeys } from "../accounts/access-keys.ts";
import type { JsonAnswer } from "./deliveries-api.ts";
import type { AdminSender } from "./require-signature.ts";

interface AskedKeys {
  readonly method: string;
  readonly target: URL;
  readonly sender: AdminSender;
}

/** Longest note, in characters. The limit is ours. */
const maxNoteLength = 200;

/**
 * Answers a request below `/keys`; undefined for any other. Throws AccessDenied when a temporary
 * key adds or revokes one: a key that it made would outlive it.
 */
export async function answerKeys(
  keys: AccessKeys,
  { method, target, sender }: AskedKeys,
): Promise<JsonAnswer | undefined> {
  const [, root, id, verb, ...more] = target.pathname.split("/");
  if (root !== "keys" || more.length > 0) return undefined;
  if (method === "GET" && id === undefined) {
    return { status: 200, value: { keys: await keys.list() } };
  }
  if (method === "POST" && sender.isTemporary) {
    const message = "A temporary key may not add or revoke access keys.";
    throw new OssError("AccessDenied", {}, { message });
  }
  if (method === "POST" && id === undefined) {
    const note = target.searchParams.get("note") ?? "";
    if (note.length > maxNoteLength) {
      return { status: 400, value: { error: `note has at most ${maxNoteLength} characters` } };
    }
    return { status: 201, value: await keys.add(note) };
  }
  if (method === "POST" && id !== undefined && verb === "revoke") {
    return (await keys.revoke(id))
      ? { status: 200, value: { accessKeyId: id } }
      : { status: 404, value: { error: `no key ${id} was added` } };
  }
  return { status: 404, value: { error: "try GET /keys, POST /keys, or POST /keys/ID/revoke" } };
}
