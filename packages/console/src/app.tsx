// The console: signing in, and the frame of every page.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Frame } from "./frame.tsx";
import { now } from "./now.ts";
import { SignInPage } from "./pages/sign-in.tsx";
import { endSession, readSession, type Session, SharedSession } from "./session.ts";
import { type Signed, SignedContext, signedWith } from "./signed.ts";
import {
  firstLanguage,
  keepLanguage,
  type Language,
  LanguageContext,
  languages,
} from "./words/words.ts";

const shared = new SharedSession();

/** The console. */
export function App(): JSX.Element {
  const [language, setLanguage] = useState(firstLanguage);
  const [session, setSession] = useState(readSession);
  const [isOver, setOver] = useState(false);
  const leave: Signed["leave"] = (because) => {
    const ended = readSession();
    endSession();
    setSession(undefined);
    setOver(because === "over");
    if (because === "signed out" && ended !== undefined) shared.signedOut(ended);
  };
  useEffect(() => {
    document.documentElement.lang = language;
    keepLanguage(language);
  }, [language]);
  useEffect(
    () =>
      shared.listen({
        onSession: setSession,
        onSignedOut: () => {
          endSession();
          setSession(undefined);
        },
      }),
    [],
  );
  const signed = useMemo(() => session && signedWith(session, leave), [session]);
  useEffect(() => {
    if (signed === undefined) return undefined;
    const timer = setTimeout(() => leave("over"), signed.session.endsMs - now());
    return () => {
      clearTimeout(timer);
      signed.uploads.close();
    };
  }, [signed]);
  const signIn = (made: Session): void => {
    setSession(made);
    shared.offer(made);
  };
  const choice = <LanguageChoice language={language} onChange={setLanguage} />;
  return (
    <LanguageContext.Provider value={language}>
      {signed === undefined ? (
        <SignInPage onSignIn={signIn} isOver={isOver} languages={choice} />
      ) : (
        <SignedContext.Provider value={signed}>
          <Frame languages={choice} />
        </SignedContext.Provider>
      )}
    </LanguageContext.Provider>
  );
}

interface LanguageProps {
  readonly language: Language;
  readonly onChange: (language: Language) => void;
}

function LanguageChoice({ language, onChange }: LanguageProps): JSX.Element {
  return (
    <select
      class="quiet"
      aria-label={languages[language].theLanguage}
      value={language}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Language)}
    >
      {Object.entries(languages).map(([tag, words]) => (
        <option key={tag} value={tag} lang={tag}>
          {words.language}
        </option>
      ))}
    </select>
  );
}
