// The callback lab: composes a callback, explains it, sends it, and writes the code that asks for
// it. What is composed stands in the address.
import { explainCallback } from "@ossicle/kit";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { addressOf, go } from "../place.ts";
import { useWords } from "../words/words.ts";
import { Composer } from "./composer.tsx";
import {
  type Composition,
  compositionOf,
  firstComposition,
  parametersOf,
  type RawParameters,
} from "./composition.ts";
import { RequestPreview } from "./request-preview.tsx";
import { SnippetsCard } from "./snippets-card.tsx";
import { TryCard } from "./try-card.tsx";

/** The page. */
export function LabPage({ parameters }: { readonly parameters: URLSearchParams }): JSX.Element {
  const words = useWords();
  const first = parametersOf(firstComposition);
  const [raw, write] = useState<RawParameters>(() => ({
    callback: parameters.get("callback") ?? first.callback,
    callbackVar: parameters.get("var") ?? (parameters.has("callback") ? "" : first.callbackVar),
  }));
  const composition = compositionOf(raw);
  useAddress(raw);
  const change = (changed: Partial<Composition>): void =>
    write(parametersOf({ ...(composition ?? firstComposition), ...changed }));
  return (
    <>
      <h1>{words.lab.title}</h1>
      <p class="lead">{words.lab.note}</p>
      <div class="columns">
        <div>
          <section class="card" aria-label={words.lab.compose}>
            <h2>{words.lab.compose}</h2>
            {composition === undefined ? (
              <p class="note">
                {words.lab.unreadable}{" "}
                <button type="button" class="quiet small" onClick={() => write(first)}>
                  {words.lab.startAgain}
                </button>
              </p>
            ) : (
              <Composer composition={composition} onChange={change} />
            )}
          </section>
          <RawCard raw={raw} onChange={write} />
        </div>
        <div>
          <Explanation raw={raw} />
          <RequestPreview raw={raw} />
          <TryCard raw={raw} />
        </div>
      </div>
      {composition === undefined ? null : <SnippetsCard composition={composition} raw={raw} />}
    </>
  );
}

/** Browsers limit how often an address may change, so it follows the form after a pause. */
const addressPauseMs = 300;

function useAddress({ callback, callbackVar }: RawParameters): void {
  useEffect(() => {
    const timer = setTimeout(
      () => go(addressOf("/lab", { callback, var: callbackVar }), { replace: true }),
      addressPauseMs,
    );
    return () => clearTimeout(timer);
  }, [callback, callbackVar]);
}

interface RawCardProps {
  readonly raw: RawParameters;
  readonly onChange: (raw: RawParameters) => void;
}

function RawCard({ raw, onChange }: RawCardProps): JSX.Element {
  const words = useWords();
  const field = (name: keyof RawParameters, label: string): JSX.Element => (
    <label>
      {label}
      <textarea
        rows={3}
        class="code"
        spellcheck={false}
        value={raw[name]}
        onInput={({ currentTarget }) => onChange({ ...raw, [name]: currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <section class="card" aria-label={words.lab.encoded}>
      <h2>{words.lab.encoded}</h2>
      <p class="note">{words.lab.pasteNote}</p>
      {field("callback", "x-oss-callback")}
      <CopyButton text={raw.callback} />
      {field("callbackVar", "x-oss-callback-var")}
      <CopyButton text={raw.callbackVar} />
    </section>
  );
}

function Explanation({ raw }: { readonly raw: RawParameters }): JSX.Element {
  const words = useWords();
  const { lines, notes, problem } = explainCallback(raw.callback, raw.callbackVar || undefined);
  return (
    <section class="card" aria-label={words.lab.explanation}>
      <h2>{words.lab.explanation}</h2>
      <div aria-live="polite">
        {problem === undefined ? (
          <p class="verdict good">{words.lab.valid}</p>
        ) : (
          <p class="verdict bad">{words.lab.refused(problem)}</p>
        )}
        <ul class="notes-list">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
      <dl class="facts">
        {lines.map(([name, text], at) => (
          <div key={at} class="fact">
            <dt>{name}</dt>
            <dd>
              <code>{text}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
