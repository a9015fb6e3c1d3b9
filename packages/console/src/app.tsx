// The frame of every page: navigation, language, session.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { DeliveriesPage } from "./pages/deliveries.tsx";
import { DeliveryPage } from "./pages/delivery.tsx";
import { KeysPage } from "./pages/keys.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { now } from "./now.ts";
import { addressOf, followLinks, type Place, usePlace } from "./place.ts";
import { endSession, readSession, type Session } from "./session.ts";
import {
  firstLanguage,
  keepLanguage,
  type Language,
  LanguageContext,
  languages,
  useWords,
} from "./words/words.ts";

/** The console. */
export function App(): JSX.Element {
  const [language, setLanguage] = useState(firstLanguage);
  const [session, setSession] = useState(readSession);
  const [isOver, setOver] = useState(false);
  const leave = (because: "signed out" | "over"): void => {
    endSession();
    setSession(undefined);
    setOver(because === "over");
  };
  useEffect(() => {
    document.documentElement.lang = language;
    keepLanguage(language);
  }, [language]);
  useEffect(() => {
    if (session === undefined) return undefined;
    const timer = setTimeout(() => leave("over"), session.endsMs - now());
    return () => clearTimeout(timer);
  }, [session]);
  const choice = <LanguageChoice language={language} onChange={setLanguage} />;
  return (
    <LanguageContext.Provider value={language}>
      {session === undefined ? (
        <SignInPage onSignIn={setSession} isOver={isOver} languages={choice} />
      ) : (
        <Frame session={session} onLeave={leave} languages={choice} />
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

interface FrameProps {
  readonly session: Session;
  readonly onLeave: (because: "signed out" | "over") => void;
  readonly languages: JSX.Element;
}

function Frame({ session, onLeave, languages: choice }: FrameProps): JSX.Element {
  const place = usePlace();
  const words = useWords();
  return (
    <div class="frame" onClick={followLinks}>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header>
        <a class="brand" href={addressOf("/")}>
          <img src="/console/icon.svg" alt="" width={24} height={24} />
          Ossicle
        </a>
        <nav>
          <PageLink place={place} path="/" text={words.overview} />
          <PageLink place={place} path="/deliveries" text={words.deliveries} />
          <PageLink place={place} path="/keys" text={words.keys} />
        </nav>
        <span class="who" title={session.signedInWith}>
          {session.signedInWith}
        </span>
        {choice}
        <button type="button" class="quiet" onClick={() => onLeave("signed out")}>
          {words.signOut}
        </button>
      </header>
      <main id="content" tabIndex={-1}>
        <Page session={session} place={place} onOver={() => onLeave("over")} />
      </main>
    </div>
  );
}

function PageLink({
  place,
  path,
  text,
}: {
  readonly place: Place;
  readonly path: string;
  readonly text: string;
}): JSX.Element {
  const isHere = path === "/" ? place.path === "/" : place.path.startsWith(path);
  return (
    <a href={addressOf(path)} aria-current={isHere ? "page" : undefined}>
      {text}
    </a>
  );
}

function Page({
  session,
  place,
  onOver,
}: {
  readonly session: Session;
  readonly place: Place;
  readonly onOver: () => void;
}): JSX.Element {
  const { path, parameters } = place;
  const words = useWords();
  useEffect(() => {
    const names = [
      [/^\/deliveries/, words.deliveries],
      [/^\/keys/, words.keys],
    ] as const;
    const found = names.find(([pattern]) => pattern.test(path));
    document.title = `${found?.[1] ?? words.overview} – Ossicle`;
  }, [path, words]);
  const shared = { session, onOver };
  const id = /^\/deliveries\/([0-9A-Fa-f]+)$/.exec(path)?.[1];
  if (id !== undefined) return <DeliveryPage {...shared} id={id} />;
  if (path === "/deliveries") return <DeliveriesPage {...shared} parameters={parameters} />;
  if (path === "/keys") return <KeysPage {...shared} />;
  return <OverviewPage {...shared} isKnown={path === "/"} />;
}
