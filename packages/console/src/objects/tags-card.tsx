// The tags of an object.
import { call } from "@ossicle/client";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "@ossicle/protocol";
import type { JSX } from "preact";
import { type Pair, TagEditor } from "../parts/tag-editor.tsx";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import type { ObjectName } from "./object-name.ts";

interface TagsProps {
  readonly name: string;
  readonly object: ObjectName;
  readonly onChanged: () => void;
}

/** The card. */
export function TagsCard({ name, object, onChanged }: TagsProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const found = useLoad(`tags ${name}`, (signal) =>
    call(connection, getObjectTagging, object, { signal }),
  );
  const save = (tags: readonly Pair[]): void =>
    task.start(async (signal) => {
      if (tags.length === 0) await call(connection, deleteObjectTagging, object, { signal });
      else await call(connection, putObjectTagging, { ...object, tagSet: { tags } }, { signal });
      found.again();
      onChanged();
    });
  return (
    <section class="card">
      <h2>{words.objects.tags}</h2>
      <Trouble answer={found} />
      {found.value === undefined ? null : (
        <TagEditor
          labels={[words.tagKey, words.tagValue]}
          pairs={found.value.tagSet.tags}
          isBusy={task.isBusy}
          onSave={save}
        />
      )}
      <Problem text={task.problem} />
    </section>
  );
}
