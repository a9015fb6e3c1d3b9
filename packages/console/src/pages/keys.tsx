// The access keys that were added: adding one, whose secret is shown once, and revoking.
import type { Credentials } from "@ossicle/protocol";
import type { AdminApi } from "@ossicle/server";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ask } from "../ask.ts";
import { NewKey } from "../parts/new-key.tsx";
import { SecretField } from "../parts/secret-field.tsx";
import { explain } from "../parts/explain.ts";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useSigned } from "../signed.ts";
import { useAnswer } from "../use-load.ts";
import { useTimes, useWords } from "../words/words.ts";

type ListedKey = AdminApi["GET /keys"]["keys"][number];

/** The page. */
export function KeysPage(): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  const found = useAnswer("GET /keys");
  const [made, setMade] = useState<Credentials>();
  const [problem, setProblem] = useState("");
  const [accessKeySecret, setSecret] = useState("");
  const own = { accessKeyId: session.signedInWith, accessKeySecret };
  const work = (task: Promise<unknown>): void => {
    setProblem("");
    task.catch((cause: unknown) => setProblem(explain(words, cause))).finally(found.again);
  };
  const add = ({ note, seconds, policy }: NewKeyRequest): void =>
    work(
      seconds === ""
        ? ask(own, "POST /keys", { parameters: { note } }).then(setMade)
        : ask(own, "POST /keys/temporary", { parameters: { seconds, policy } }).then(setMade),
    );
  const revoke = (id: string): void => {
    if (confirm(words.revokeQuestion(id))) {
      work(ask(own, "POST /keys/:id/revoke", { id }));
    }
  };
  const keys = found.value?.keys;
  return (
    <>
      <h1>{words.keys}</h1>
      <p class="lead">{words.keysNote}</p>
      <Trouble answer={found} />
      <Problem text={problem} />
      {made === undefined ? (
        <AddForm own={own} onSecret={setSecret} onAdd={add} />
      ) : (
        <NewKey made={made} onClose={() => setMade(undefined)} />
      )}
      {keys?.length === 0 ? <p class="empty">{words.noKeys}</p> : null}
      {keys !== undefined && keys.length > 0 ? (
        <KeyTable keys={keys} onRevoke={accessKeySecret === "" ? undefined : revoke} />
      ) : null}
    </>
  );
}

/** A key to make. */
interface NewKeyRequest {
  readonly note: string;
  /** Empty for a key that is valid until it is revoked. */
  readonly seconds: string;
  /** What a temporary key may do; empty for everything. */
  readonly policy: string;
}

const lifetimes = ["", "900", "3600", "43200"] as const;

const onlyReads = JSON.stringify({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: ["oss:Get*", "oss:List*"], Resource: "*" }],
});

interface AddFormProps {
  /** The access key that signs; its secret is empty until it is typed. */
  readonly own: Credentials;
  readonly onSecret: (secret: string) => void;
  readonly onAdd: (request: NewKeyRequest) => void;
}

function AddForm({ own, onSecret, onAdd }: AddFormProps): JSX.Element {
  const words = useWords();
  const [request, setRequest] = useState<NewKeyRequest>({ note: "", seconds: "", policy: "" });
  const change = (changed: Partial<NewKeyRequest>): void => setRequest({ ...request, ...changed });
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(request);
        change({ note: "" });
      }}
    >
      <p class="note">{words.secretNote}</p>
      <SecretField own={own} onChange={onSecret} />
      <label>
        {words.keyValid}
        <select
          value={request.seconds}
          onChange={({ currentTarget }) => change({ seconds: currentTarget.value })}
        >
          {lifetimes.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === "" ? words.untilRevoked : words.objects.lifetimes[seconds]}
            </option>
          ))}
        </select>
      </label>
      {request.seconds === "" ? (
        <label>
          {words.note}
          <input
            value={request.note}
            maxLength={200}
            onInput={({ currentTarget }) => change({ note: currentTarget.value })}
          />
        </label>
      ) : (
        <label class="check">
          <input
            type="checkbox"
            checked={request.policy !== ""}
            onChange={({ currentTarget }) =>
              change({ policy: currentTarget.checked ? onlyReads : "" })
            }
          />
          {words.onlyReads}
        </label>
      )}
      <button type="submit">{words.addKey}</button>
    </form>
  );
}

interface KeyTableProps {
  readonly keys: readonly ListedKey[];
  /** Undefined while no key may be revoked. */
  readonly onRevoke: ((id: string) => void) | undefined;
}

function KeyTable({ keys, onRevoke }: KeyTableProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.accessKeyId}</th>
            <th scope="col">{words.note}</th>
            <th scope="col">{words.created}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {keys.map(({ accessKeyId, note, createdMs }) => (
            <tr key={accessKeyId}>
              <td>
                <code>{accessKeyId}</code>
              </td>
              <td class="object">{note}</td>
              <td class="time">{showTime(createdMs)}</td>
              <td class="number">
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${words.revoke} ${accessKeyId}`}
                  disabled={onRevoke === undefined}
                  onClick={() => onRevoke?.(accessKeyId)}
                >
                  {words.revoke}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
