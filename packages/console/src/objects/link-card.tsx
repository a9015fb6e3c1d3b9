// Links that anyone can open until they expire, also as a QR code.
import { presignGetObject } from "@ossicle/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { now } from "../now.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { QrCode } from "../parts/qr-code.tsx";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import type { ObjectName } from "./object-name.ts";

/** Lifetimes to choose from, in seconds. */
const lifetimes = ["900", "3600", "43200", "604800"] as const;

/** The card. */
export function LinkCard({ object }: { readonly object: ObjectName }): JSX.Element {
  const words = useWords();
  const { session, links } = useSigned();
  const task = useTask();
  const [seconds, setSeconds] = useState<string>("3600");
  const [isDownload, setDownload] = useState(false);
  const [secret, setSecret] = useState("");
  const [url, setUrl] = useState("");
  // A link that the session's key signs is not valid when the session is over.
  const needsOwnKey = now() + Number(seconds) * 1_000 > session.endsMs;
  // The link that is shown was made for other choices.
  const change = (set: () => void): void => {
    set();
    setUrl("");
  };
  const make = (event: SubmitEvent): void => {
    event.preventDefault();
    const own = { accessKeyId: session.signedInWith, accessKeySecret: secret };
    const connection = needsOwnKey ? { ...links, credentials: async () => own } : links;
    task.start(async () => {
      const request = {
        ...object,
        ...(isDownload && { responseContentDisposition: "attachment" }),
      };
      const options = { expiresSeconds: Number(seconds) };
      setUrl((await presignGetObject(connection, request, options)).url);
    });
  };
  return (
    <section class="card">
      <h2>{words.objects.link}</h2>
      <form class="filters" onSubmit={make}>
        <label>
          {words.objects.validFor}
          <select
            value={seconds}
            onChange={({ currentTarget }) => change(() => setSeconds(currentTarget.value))}
          >
            {lifetimes.map((value) => (
              <option key={value} value={value}>
                {words.objects.lifetimes[value]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isDownload}
            onChange={({ currentTarget }) => change(() => setDownload(currentTarget.checked))}
          />
          {words.objects.asDownload}
        </label>
        {needsOwnKey ? <SecretField secret={secret} onSecret={setSecret} /> : null}
        <button type="submit">{words.objects.makeLink}</button>
        {needsOwnKey ? <p class="note">{words.objects.longLinkNote}</p> : null}
      </form>
      <Problem text={task.problem} />
      {url === "" ? null : <Link url={url} />}
    </section>
  );
}

interface SecretProps {
  readonly secret: string;
  readonly onSecret: (secret: string) => void;
}

function SecretField({ secret, onSecret }: SecretProps): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  return (
    <label>
      {words.secretFor(session.signedInWith)}
      <input
        type="password"
        autocomplete="current-password"
        required
        value={secret}
        onInput={({ currentTarget }) => onSecret(currentTarget.value)}
      />
    </label>
  );
}

function Link({ url }: { readonly url: string }): JSX.Element {
  const words = useWords();
  return (
    <div class="link">
      <a href={url} target="_blank" rel="noopener noreferrer">
        {url}
      </a>
      <CopyButton text={url} />
      <QrCode text={url} label={words.objects.qrCode} />
    </div>
  );
}
