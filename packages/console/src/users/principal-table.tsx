// The accounts, the users or the groups of a store, with what can be done to each.
import type { AdminApi } from "@ossicle/server";
import type { JSX } from "preact";
import { useTimes, useWords } from "../words/words.ts";

/** An account, a user or a group. */
export type Principal = AdminApi["GET /principals"]["users"][number];

/** Which of them. */
export type Kind = "account" | "user" | "group";

/** What can be done to a principal. */
export interface Actions {
  readonly remove: (kind: Kind, name: string) => void;
  readonly setPolicy: (kind: Kind, name: string) => void;
  readonly removePolicy: (kind: Kind, name: string, policy: string) => void;
  /** Takes the names of all groups of a user, with commas between them. */
  readonly setGroups: (name: string, groups: string) => void;
  readonly addKey: (kind: Kind, name: string) => void;
}

interface TableProps {
  readonly kind: Kind;
  readonly list: readonly Principal[];
  /** Undefined while nothing may be changed. */
  readonly actions: Actions | undefined;
}

/** The table. */
export function PrincipalTable({ kind, list, actions }: TableProps): JSX.Element {
  const words = useWords();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.users.name}</th>
            <th scope="col">{words.users.number}</th>
            {kind === "account" ? null : <th scope="col">{words.users.account}</th>}
            {kind === "account" ? null : <th scope="col">{words.users.policies}</th>}
            {kind === "user" ? <th scope="col">{words.users.groups}</th> : null}
            <th scope="col">{words.note}</th>
            <th scope="col">{words.created}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {list.map((one) => (
            <Row key={one.name} kind={kind} one={one} actions={actions} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly kind: Kind;
  readonly one: Principal;
  readonly actions: Actions | undefined;
}

function Row({ kind, one, actions }: RowProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { name, id, note, createdMs, account } = one;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <code>{id}</code>
      </td>
      {kind === "account" ? null : <td>{account?.name ?? words.users.ownAccount}</td>}
      {kind === "account" ? null : (
        <td>
          <Policies kind={kind} one={one} actions={actions} />
        </td>
      )}
      {kind === "user" ? (
        <td>
          <Groups one={one} actions={actions} />
        </td>
      ) : null}
      <td class="object">{note}</td>
      <td class="time">{showTime(createdMs)}</td>
      <td class="actions">
        {kind === "group" ? null : (
          <Button
            text={words.users.key}
            label={words.users.addKeyFor(name)}
            act={actions && (() => actions.addKey(kind, name))}
          />
        )}
        <Button
          text={words.users.remove}
          label={words.remove(name)}
          act={actions && (() => actions.remove(kind, name))}
        />
      </td>
    </tr>
  );
}

function Policies({ kind, one: { name, policies }, actions }: RowProps): JSX.Element {
  const words = useWords();
  return (
    <>
      {Object.entries(policies).map(([policy, text]) => (
        <details key={policy}>
          <summary>{policy}</summary>
          <pre>{text}</pre>
          <Button
            text={words.users.remove}
            label={words.users.removePolicy(policy, name)}
            act={actions && (() => actions.removePolicy(kind, name, policy))}
          />
        </details>
      ))}
      <Button
        text={words.users.setPolicy}
        label={words.users.setPolicyOf(name)}
        act={actions && (() => actions.setPolicy(kind, name))}
      />
    </>
  );
}

function Groups({ one: { name, groups }, actions }: Omit<RowProps, "kind">): JSX.Element {
  const words = useWords();
  const names = groups.map((group) => group.name).join(",");
  return (
    <input
      aria-label={words.users.groupsOf(name)}
      defaultValue={names}
      disabled={actions === undefined}
      onChange={({ currentTarget }) => {
        const given = currentTarget.value.split(/[\s,]+/).filter((group) => group !== "");
        actions?.setGroups(name, given.join(","));
      }}
    />
  );
}

interface ButtonProps {
  readonly text: string;
  readonly label: string;
  readonly act: (() => void) | undefined;
}

function Button({ text, label, act }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      aria-label={label}
      disabled={act === undefined}
      onClick={act}
    >
      {text}
    </button>
  );
}
