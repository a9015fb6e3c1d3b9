// The path of a folder: as links to the folders above it, and as text that can be typed.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { visible } from "../parts/visible.ts";
import { addressOf, go } from "../place.ts";
import { useWords } from "../words/words.ts";

interface FolderPathProps {
  readonly bucket: string;
  readonly prefix: string;
  readonly addressWith: (changed: Readonly<Record<string, string | undefined>>) => string;
}

/** The folders of a prefix, outermost first, each with its prefix. */
export function foldersOf(
  prefix: string,
): readonly { readonly name: string; readonly prefix: string }[] {
  const parts = prefix.split("/").slice(0, -1);
  return parts.map((name, at) => ({ name, prefix: `${parts.slice(0, at + 1).join("/")}/` }));
}

/** The path. */
export function FolderPath({ bucket, prefix, addressWith }: FolderPathProps): JSX.Element {
  const words = useWords();
  const [draft, setDraft] = useState(prefix);
  useEffect(() => setDraft(prefix), [prefix]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    go(addressWith({ prefix: draft, after: undefined }));
  };
  return (
    <>
      <h1 class="path">
        <a href={addressOf("/buckets")}>{words.buckets}</a>
        <span aria-hidden="true">/</span>
        <a href={addressWith({ prefix: "" })}>{bucket}</a>
        {foldersOf(prefix).map((folder) => (
          <span key={folder.prefix}>
            <span aria-hidden="true">/</span>
            <a href={addressWith({ prefix: folder.prefix })}>{visible(folder.name) || "∅"}</a>
          </span>
        ))}
      </h1>
      <form class="filters" role="search" onSubmit={submit}>
        <label class="wide">
          {words.objects.path}
          <input
            type="search"
            value={draft}
            spellcheck={false}
            placeholder={words.objects.pathHint}
            onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          />
        </label>
        <button type="submit" class="quiet">
          {words.objects.goTo}
        </button>
      </form>
    </>
  );
}
