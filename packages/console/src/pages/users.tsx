// Accounts, users and groups: adding and removing them, their policies, groups and keys.
import type { Credentials } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ask } from "../ask.ts";
import { explain } from "../parts/explain.ts";
import { NewKey } from "../parts/new-key.tsx";
import { SecretField } from "../parts/secret-field.tsx";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useSigned } from "../signed.ts";
import { useAnswer } from "../use-load.ts";
import { PolicyDialog } from "../users/policy-dialog.tsx";
import {
  type Actions,
  type Kind,
  type Principal,
  PrincipalTable,
} from "../users/principal-table.tsx";
import type { Words } from "../words/en.ts";
import { useWords } from "../words/words.ts";

/** The page. */
export function UsersPage(): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  const found = useAnswer("GET /principals");
  const [accessKeySecret, setSecret] = useState("");
  const [problem, setProblem] = useState("");
  const [made, setMade] = useState<Credentials>();
  const [edited, setEdited] = useState<Edited>();
  const own = { accessKeyId: session.signedInWith, accessKeySecret };
  const work = (task: Promise<unknown>): void => {
    setProblem("");
    task.catch((cause: unknown) => setProblem(explain(words, cause))).finally(found.again);
  };
  const actions = actionsOf(words, own, { work, onMade: setMade, onEdit: setEdited });
  const canChange = accessKeySecret !== "";
  const lists: readonly (readonly [Kind, readonly Principal[] | undefined])[] = [
    ["user", found.value?.users],
    ["group", found.value?.groups],
    ["account", found.value?.accounts],
  ];
  return (
    <>
      <h1>{words.users.title}</h1>
      <p class="lead">{words.users.lead}</p>
      <Trouble answer={found} />
      <Problem text={problem} />
      {made === undefined ? (
        <AddForm
          own={own}
          accounts={found.value?.accounts ?? []}
          onSecret={setSecret}
          onAdd={(parameters) => work(ask(own, "POST /principals", { parameters }))}
        />
      ) : (
        <NewKey made={made} onClose={() => setMade(undefined)} />
      )}
      {lists.map(([kind, list]) =>
        list === undefined ? null : (
          <section key={kind}>
            <h2>{words.users.sections[kind]}</h2>
            {list.length === 0 ? (
              <p class="empty">{words.users.none[kind]}</p>
            ) : (
              <PrincipalTable kind={kind} list={list} actions={canChange ? actions : undefined} />
            )}
          </section>
        ),
      )}
      {edited === undefined ? null : (
        <PolicyDialog
          name={edited.name}
          onClose={() => setEdited(undefined)}
          onSave={(policy, text) => {
            const { kind, name: id } = edited;
            const parameters = { kind, policy, text };
            setEdited(undefined);
            work(ask(own, "POST /principals/:id/policy", { id, parameters }));
          }}
        />
      )}
    </>
  );
}

interface Results {
  /** Shows the failure of a request, and loads the lists again after it. */
  readonly work: (task: Promise<unknown>) => void;
  readonly onMade: (made: Credentials) => void;
  readonly onEdit: (edited: Edited) => void;
}

function actionsOf(words: Words, own: Credentials, { work, onMade, onEdit }: Results): Actions {
  return {
    remove: (kind, id) => {
      if (!confirm(words.users.removeQuestions[kind](id))) return;
      work(ask(own, "POST /principals/:id/remove", { id, parameters: { kind } }));
    },
    setPolicy: (kind, name) => onEdit({ kind, name }),
    removePolicy: (kind, id, policy) => {
      if (!confirm(`${words.users.removePolicy(policy, id)}?`)) return;
      work(ask(own, "POST /principals/:id/policy", { id, parameters: { kind, policy } }));
    },
    setGroups: (id, groups) =>
      work(ask(own, "POST /principals/:id/groups", { id, parameters: { kind: "user", groups } })),
    addKey: (kind, name) => {
      const parameters = kind === "user" ? { user: name } : { account: name };
      work(ask(own, "POST /keys", { parameters }).then(onMade));
    },
  };
}

interface Edited {
  readonly kind: Kind;
  readonly name: string;
}

/** What a new principal is made of. */
type NewPrincipal = Readonly<Record<"kind" | "name" | "note" | "account", string>>;

interface AddFormProps {
  readonly own: Credentials;
  readonly accounts: readonly Principal[];
  readonly onSecret: (secret: string) => void;
  readonly onAdd: (request: NewPrincipal) => void;
}

const noPrincipal: NewPrincipal = { kind: "user", name: "", note: "", account: "" };

const kinds: readonly Kind[] = ["user", "group", "account"];

function AddForm({ own, accounts, onSecret, onAdd }: AddFormProps): JSX.Element {
  const words = useWords();
  const [request, setRequest] = useState(noPrincipal);
  const change = (changed: Partial<NewPrincipal>): void => setRequest({ ...request, ...changed });
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(request.kind === "account" ? { ...request, account: "" } : request);
        change({ name: "", note: "" });
      }}
    >
      <p class="note">{words.users.secretNote}</p>
      <SecretField own={own} onChange={onSecret} />
      <label>
        {words.users.kind}
        <select
          aria-label={words.users.kind}
          value={request.kind}
          onChange={({ currentTarget }) => change({ kind: currentTarget.value })}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {words.users.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.users.name}
        <input
          required
          pattern="[A-Za-z0-9._\-]{1,64}"
          value={request.name}
          onInput={({ currentTarget }) => change({ name: currentTarget.value })}
        />
      </label>
      {request.kind === "account" || accounts.length === 0 ? null : (
        <label>
          {words.users.account}
          <select
            aria-label={words.users.account}
            value={request.account}
            onChange={({ currentTarget }) => change({ account: currentTarget.value })}
          >
            <option value="">{words.users.ownAccount}</option>
            {accounts.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {words.note}
        <input
          value={request.note}
          maxLength={200}
          onInput={({ currentTarget }) => change({ note: currentTarget.value })}
        />
      </label>
      <button type="submit">{words.add}</button>
    </form>
  );
}
