// The access keys over HTTP: listed, added and revoked.
import { OssError } from "@ossicle/protocol";
import type { AccessKeys } from "../accounts/access-keys.ts";
import { type AdminRoutes, problem } from "./admin-api.ts";
import type { AdminSender } from "./require-signature.ts";

/** Longest note, in characters. The limit is ours. */
const maxNoteLength = 200;

/** The routes below `/keys`. */
export function keyRoutes(
  keys: AccessKeys,
): AdminRoutes<"GET /keys" | "POST /keys" | "POST /keys/:id/revoke"> {
  return {
    "GET /keys": async () => ({ status: 200, value: { keys: await keys.list() } }),
    "POST /keys": async ({ sender, parameters }) => {
      refuseTemporary(sender);
      const note = parameters.get("note") ?? "";
      return note.length > maxNoteLength
        ? problem(400, `note has at most ${maxNoteLength} characters`)
        : { status: 201, value: await keys.add(note) };
    },
    "POST /keys/:id/revoke": async ({ sender, id }) => {
      refuseTemporary(sender);
      return (await keys.revoke(id))
        ? { status: 200, value: { accessKeyId: id } }
        : problem(404, `no key ${id} was added`);
    },
  };
}

// Throws AccessDenied for a temporary key: a key that it made would outlive it.
function refuseTemporary({ isTemporary }: AdminSender): void {
  if (!isTemporary) return;
  const message = "A temporary key may not add or revoke access keys.";
  throw new OssError("AccessDenied", {}, { message });
}
