// The card of one setting.
import type { ComponentChildren, JSX } from "preact";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useWords } from "../words/words.ts";
import type { Setting } from "./use-setting.ts";

interface CardProps<T> {
  readonly title: string;
  readonly note?: string;
  readonly setting: Setting<T>;
  /** Draws the form when the setting is loaded. */
  readonly children: (value: T) => ComponentChildren;
}

/** The card. */
export function SettingCard<T>({ title, note, setting, children }: CardProps<T>): JSX.Element {
  const words = useWords();
  const { loaded, task, isSaved } = setting;
  const { value, error } = loaded;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {note === undefined ? null : <p class="note">{note}</p>}
      <Trouble answer={loaded} />
      {value === undefined && error === undefined ? <p>{words.loading}</p> : null}
      {value === undefined ? null : children(value)}
      <output aria-live="polite">{isSaved ? words.saved : ""}</output>
      <Problem text={task.problem} />
    </section>
  );
}
