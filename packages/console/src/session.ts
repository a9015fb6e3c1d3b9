// The session: a temporary access key, kept in this tab until it is closed or the key expires. The
// key that a person signs in with is used for one signature, and kept nowhere.
import { type Credentials, signAdminRequest } from "@ossicle/protocol";
import { now } from "./now.ts";

/** A session. */
export interface Session extends Credentials {
  /** Milliseconds since 1970. */
  readonly endsMs: number;
  /** The access key that was signed in with. */
  readonly signedInWith: string;
}

/** The store's region, which signatures name. */
export const region: string = document.documentElement.dataset["region"] ?? "";

/** URL under which clients reach the store. */
export const storeUrl: string = document.documentElement.dataset["store"] ?? "";

const place = "ossicle-session";

/** The session of this tab; undefined when there is none, or it has ended. */
export function readSession(): Session | undefined {
  const text = sessionStorage.getItem(place);
  if (text === null) return undefined;
  const session = JSON.parse(text) as Session; // written below
  return session.endsMs > now() ? session : undefined;
}

/** Ends the session of this tab. */
export function endSession(): void {
  sessionStorage.removeItem(place);
}

/** The store refused to sign in, or cannot be reached. */
export class SignInError extends Error {
  override readonly name: string = "SignInError";
  /** OSS's code; undefined when the store did not answer. */
  readonly code: string | undefined;

  constructor(code: string | undefined, message: string) {
    super(message);
    this.code = code;
  }
}

/** Signs in. Throws SignInError. */
export async function signIn(credentials: Credentials): Promise<Session> {
  const url = new URL("/session", location.origin);
  const signing = { credentials, region, now: new Date(now()) };
  const headers = await signAdminRequest({ method: "POST", url, ...signing });
  const answer = await fetch(url, { method: "POST", headers }).catch((cause: unknown) => {
    throw new SignInError(undefined, String(cause));
  });
  const value = (await answer.json()) as Session & { code?: string; error?: string };
  if (!answer.ok) throw new SignInError(value.code, value.error ?? String(answer.status));
  const session = { ...value, signedInWith: credentials.accessKeyId };
  sessionStorage.setItem(place, JSON.stringify(session));
  return session;
}
