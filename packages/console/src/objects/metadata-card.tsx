// The headers and the user metadata of an object, which are changed by copying it onto itself.
import { call } from "@ossicle/client";
import { copyObject, type HeadObjectOutput } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Pair, TagEditor } from "../parts/tag-editor.tsx";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { copySourceOf } from "./change-objects.ts";
import type { ObjectName } from "./object-name.ts";

interface MetadataProps {
  readonly object: ObjectName;
  readonly facts: HeadObjectOutput;
  readonly onChanged: () => void;
}

const headers = [
  ["contentType", "Content-Type"],
  ["cacheControl", "Cache-Control"],
  ["contentDisposition", "Content-Disposition"],
  ["contentEncoding", "Content-Encoding"],
  ["contentLanguage", "Content-Language"],
  ["expires", "Expires"],
] as const;

type HeaderName = (typeof headers)[number][0];

/** The card. */
export function MetadataCard({ object, facts, onChanged }: MetadataProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const [draft, setDraft] = useState<Readonly<Partial<Record<HeaderName, string>>>>(
    Object.fromEntries(headers.map(([name]) => [name, facts[name] ?? ""])),
  );
  const pairs = Object.entries(facts.metadata ?? {}).map(([key, value]) => ({ key, value }));
  const save = (metadata: readonly Pair[]): void =>
    task.start(async (signal) => {
      const { bucket, key } = object;
      const given = Object.entries(draft).filter(([, value]) => value !== "");
      await call(
        connection,
        copyObject,
        {
          bucket,
          key,
          copySource: copySourceOf({ bucket, key }),
          // An object that was uploaded meanwhile keeps its own metadata.
          copySourceIfMatch: facts.etag,
          metadataDirective: "REPLACE",
          storageClass: facts.storageClass,
          ...Object.fromEntries(given),
          metadata: Object.fromEntries(metadata.map((pair) => [pair.key, pair.value])),
        },
        { signal },
      );
      onChanged();
    });
  return (
    <details class="card">
      <summary>{words.objects.metadata}</summary>
      <div class="grid">
        {headers.map(([name, label]) => (
          <label key={name}>
            {label}
            <input
              value={draft[name] ?? ""}
              spellcheck={false}
              onInput={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <p class="note">{words.objects.metadataNote}</p>
      <TagEditor
        labels={[words.objects.metadataName, words.objects.metadataValue]}
        pairs={pairs}
        isBusy={task.isBusy}
        onSave={save}
      />
      <Problem text={task.problem} />
    </details>
  );
}
