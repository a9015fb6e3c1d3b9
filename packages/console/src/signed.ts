// What the pages of a signed-in person share: the session, and connections to the store.
import { connect, type Connection } from "@ossicle/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { now } from "./now.ts";
import type { Session } from "./session.ts";
import { region, storeUrl } from "./store.ts";
import { UploadQueue } from "./uploads/upload-queue.ts";

/** What the pages share. */
export interface Signed {
  readonly session: Session;
  /** Leads to the store through the console's own origin. */
  readonly connection: Connection;
  /** Makes links to the store's origin, where objects are opened as pages. */
  readonly links: Connection;
  readonly uploads: UploadQueue;
  readonly leave: (because: "signed out" | "over") => void;
}

/** Makes it for a session. */
export function signedWith(session: Session, leave: Signed["leave"]): Signed {
  const { accessKeyId, accessKeySecret, securityToken } = session;
  const credentials = {
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
  };
  const shared = { region, credentials, addressing: "path", now } as const;
  const connection = connect({ ...shared, endpoint: `${location.origin}/store` });
  return {
    session,
    connection,
    links: connect({ ...shared, endpoint: storeUrl }),
    uploads: new UploadQueue(connection),
    leave,
  };
}

/** The context of the pages. */
export const SignedContext = createContext<Signed | undefined>(undefined);

/** What the pages share. Throws outside of them. */
export function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (signed === undefined) throw new Error("not signed in");
  return signed;
}
