// The frame of every page: navigation, language, uploads, and the page that the address names.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { later } from "./parts/later.tsx";
import { visible } from "./parts/visible.ts";
import { addressOf, followLinks, type Place, usePlace } from "./place.ts";
import { useSigned } from "./signed.ts";
import { UploadPanel } from "./uploads/upload-panel.tsx";
import { useWords } from "./words/words.ts";

const LabPage = later(async () => (await import("./lab/lab-page.tsx")).LabPage);
const ObjectPage = later(async () => (await import("./objects/object-page.tsx")).ObjectPage);
const ObjectsPage = later(async () => (await import("./objects/objects-page.tsx")).ObjectsPage);
const SettingsPage = later(async () => (await import("./settings/settings-page.tsx")).SettingsPage);
const BucketsPage = later(async () => (await import("./pages/buckets.tsx")).BucketsPage);
const DeliveriesPage = later(async () => (await import("./pages/deliveries.tsx")).DeliveriesPage);
const DeliveryPage = later(async () => (await import("./pages/delivery.tsx")).DeliveryPage);
const UsersPage = later(async () => (await import("./pages/users.tsx")).UsersPage);
const KeysPage = later(async () => (await import("./pages/keys.tsx")).KeysPage);
const OverviewPage = later(async () => (await import("./pages/overview.tsx")).OverviewPage);

/** The frame. */
export function Frame({ languages: choice }: { readonly languages: JSX.Element }): JSX.Element {
  const place = usePlace();
  const words = useWords();
  const { session, leave } = useSigned();
  const links = [
    ["/", words.overview],
    ["/buckets", words.buckets],
    ["/deliveries", words.deliveries],
    ["/lab", words.lab.title],
    ["/users", words.users.title],
    ["/keys", words.keys],
  ] as const;
  const isHere = (path: string): boolean =>
    path === "/" ? place.path === "/" : place.path.startsWith(path);
  const section = links.find(([path]) => isHere(path))?.[1] ?? words.overview;
  const [, , name = ""] = place.path.split("/");
  const subject = place.parameters.get("key") ?? name;
  const title = subject === "" ? section : `${visible(subject)} – ${section}`;
  useEffect(() => {
    document.title = `${title} – Ossicle`;
  }, [title]);
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
        <nav aria-label={words.pages}>
          {links.map(([path, text]) => (
            <a key={path} href={addressOf(path)} aria-current={isHere(path) ? "page" : undefined}>
              {text}
            </a>
          ))}
        </nav>
        <span class="who" title={session.signedInWith}>
          {session.signedInWith}
        </span>
        {choice}
        <button type="button" class="quiet" onClick={() => leave("signed out")}>
          {words.signOut}
        </button>
      </header>
      <main id="content" tabIndex={-1}>
        <Page place={place} />
      </main>
      <UploadPanel />
    </div>
  );
}

function Page({ place: { path, parameters } }: { readonly place: Place }): JSX.Element {
  const [, page, name = "", part = ""] = path.split("/");
  switch (page) {
    case "deliveries":
      return name === "" ? <DeliveriesPage parameters={parameters} /> : <DeliveryPage id={name} />;
    case "buckets":
      if (name === "") return <BucketsPage />;
      if (part === "settings") return <SettingsPage bucket={name} />;
      return part === "object" ? (
        <ObjectPage bucket={name} parameters={parameters} />
      ) : (
        <ObjectsPage bucket={name} parameters={parameters} />
      );
    case "lab":
      return <LabPage parameters={parameters} />;
    case "users":
      return <UsersPage />;
    case "keys":
      return <KeysPage />;
    default:
      return <OverviewPage isKnown={path === "/"} parameters={parameters} />;
  }
}
