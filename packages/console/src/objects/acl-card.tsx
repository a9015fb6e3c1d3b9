// The access to an object.
import { call } from "@ossicle/client";
import { getObjectAcl, type ObjectAcl, putObjectAcl } from "@ossicle/protocol";
import type { JSX } from "preact";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import type { ObjectName } from "./object-name.ts";

const acls: readonly ObjectAcl[] = ["default", "private", "public-read", "public-read-write"];

/** The card. */
export function AclCard({ object }: { readonly object: ObjectName }): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const found = useLoad(`acl ${object.versionId ?? ""} ${object.key}`, (signal) =>
    call(connection, getObjectAcl, object, { signal }),
  );
  const acl = found.value?.accessControlList.grant;
  const change = (text: string): void => {
    const chosen = acls.find((one) => one === text) ?? "default";
    const isPublic = chosen === "public-read" || chosen === "public-read-write";
    if (isPublic && !confirm(words.settings.publicQuestions[chosen](object.key))) {
      found.again();
      return;
    }
    task.start(async (signal) => {
      await call(connection, putObjectAcl, { ...object, acl: chosen }, { signal });
      found.again();
    });
  };
  return (
    <section class="card">
      <h2>{words.objects.acl}</h2>
      <Trouble answer={found} />
      <select
        aria-label={words.objects.acl}
        value={acl ?? "default"}
        disabled={acl === undefined || task.isBusy}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      >
        {acls.map((one) => (
          <option key={one} value={one}>
            {words.acls[one]}
          </option>
        ))}
      </select>
      <Problem text={task.problem} />
    </section>
  );
}
