// Signing in with an access key.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { explain } from "../parts/explain.ts";
import { type Session, signIn } from "../session.ts";
import { storeUrl } from "../store.ts";
import { useWords } from "../words/words.ts";

interface SignInProps {
  readonly onSignIn: (session: Session) => void;
  /** Whether the last session ended without being signed out. */
  readonly isOver: boolean;
  readonly languages: JSX.Element;
}

/** The page. */
export function SignInPage({ onSignIn, isOver, languages }: SignInProps): JSX.Element {
  const words = useWords();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    setBusy(true);
    setProblem(undefined);
    signIn({ accessKeyId: text("id"), accessKeySecret: text("secret") })
      .then(onSignIn)
      .catch((cause: unknown) => setProblem(explain(words, cause)))
      .finally(() => setBusy(false));
  };
  return (
    <main class="sign-in">
      <form onSubmit={submit}>
        <h1>
          <img src="/console/icon.svg" alt="" width={32} height={32} />
          Ossicle
        </h1>
        <p class="address">{storeUrl}</p>
        {isOver && problem === undefined ? <p class="trouble">{words.sessionOver}</p> : null}
        <label>
          {words.accessKeyId}
          <input name="id" autocomplete="username" spellcheck={false} required autofocus />
        </label>
        <label>
          {words.accessKeySecret}
          <input name="secret" type="password" autocomplete="current-password" required />
        </label>
        {isSecureContext ? null : <p class="trouble">{words.notSecure}</p>}
        {problem === undefined ? null : (
          <p class="trouble" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" disabled={isBusy || !isSecureContext}>
          {isBusy ? words.signingIn : words.signIn}
        </button>
        <p class="note">{words.signInNote}</p>
        {languages}
      </form>
    </main>
  );
}
