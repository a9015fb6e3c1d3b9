// The session: a temporary access key, kept until the last tab is closed or the key expires. The
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

function keepSession(session: Session): void {
  sessionStorage.setItem(storageKey, JSON.stringify(session));
}

/** Ends the session of this tab. */
export function endSession(): void {
  sessionStorage.removeItem(storageKey);
}

/** Signs in. Throws AskError. */
export async function signIn(credentials: Credentials): Promise<Session> {
  const key = await ask(credentials, "POST /session");
  const session = { ...key, signedInWith: credentials.accessKeyId };
  keepSession(session);
  return session;
}

/** Messages between tabs of the console. */
type TabMessage =
  | { readonly kind: "asked" }
  | { readonly kind: "session"; readonly session: Session }
  | { readonly kind: "signed out"; readonly accessKeyId: string };

/** What a tab does about the session of other tabs. */
export interface SessionListener {
  /** Another tab has a session. */
  readonly onSession: (session: Session) => void;
  /** The person has signed out in another tab. */
  readonly onSignedOut: () => void;
}

/** The tabs of this origin, which share one session. */
export class SharedSession {
  readonly #channel = new BroadcastChannel(storageKey);

  /** Listens to the other tabs, and asks them for a session. Returns what ends it. */
  listen({ onSession, onSignedOut }: SessionListener): () => void {
    const receive = ({ data }: MessageEvent<TabMessage>): void => {
      if (data.kind === "signed out") {
        if (readSession()?.accessKeyId === data.accessKeyId) onSignedOut();
        return;
      }
      if (data.kind === "asked") {
        const session = readSession();
        if (session !== undefined) this.#send({ kind: "session", session });
      } else if (readSession() === undefined && data.session.endsMs > now()) {
        keepSession(data.session);
        onSession(data.session);
      }
    };
    this.#channel.addEventListener("message", receive);
    if (readSession() === undefined) this.#send({ kind: "asked" });
    return () => this.#channel.removeEventListener("message", receive);
  }

  /** Gives a session to the other tabs, as far as they have none. */
  offer(session: Session): void {
    this.#send({ kind: "session", session });
  }

  /** Ends a session in the other tabs too. */
  signedOut({ accessKeyId }: Session): void {
    this.#send({ kind: "signed out", accessKeyId });
  }

  #send(message: TabMessage): void {
    this.#channel.postMessage(message);
  }
}
