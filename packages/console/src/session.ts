// The session: a temporary access key, kept in this tab until it is closed or the key expires. The
// key that a person signs in with is used for one signature, and kept nowhere.
import type { Credentials } from "@ossicle/protocol";
import { ask } from "./ask.ts";
import { now } from "./now.ts";

/** A session. */
export interface Session extends Credentials {
  /** Milliseconds since 1970. */
  readonly endsMs: number;
  /** The access key that was signed in with. */
  readonly signedInWith: string;
}

const storageKey = "ossicle-session";

/** The session of this tab; undefined when there is none, or it has ended. */
export function readSession(): Session | undefined {
  try {
    const session = JSON.parse(sessionStorage.getItem(storageKey) ?? "") as Session;
    return session.endsMs > now() ? session : undefined;
  } catch {
    return undefined; // there is none
  }
}

/** Ends the session of this tab. */
export function endSession(): void {
  sessionStorage.removeItem(storageKey);
}

/** Signs in. Throws AskError. */
export async function signIn(credentials: Credentials): Promise<Session> {
  const key = await ask<Omit<Session, "signedInWith">>(credentials, "/session", { method: "POST" });
  const session = { ...key, signedInWith: credentials.accessKeyId };
  sessionStorage.setItem(storageKey, JSON.stringify(session));
  return session;
}
