// Callbacks that a bucket stores under names, so that an upload only names one.
import { call } from "@ossicle/client";
import {
  type CallbackPolicyConfiguration,
  type CallbackPolicyItem,
  deleteBucketCallbackPolicy,
  getBucketCallbackPolicy,
  putBucketCallbackPolicy,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { ListActions } from "../parts/list-actions.tsx";
import { useList } from "../parts/use-list.ts";
import { addressOf } from "../place.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { SettingCard } from "./setting-card.tsx";
import type { BucketProps } from "./bucket-props.ts";
import { useSetting } from "./use-setting.ts";

/** The card. */
export function StoredCallbacksCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const setting = useSetting<CallbackPolicyConfiguration>(
    `callback policy ${bucket}`,
    (signal) => call(connection, getBucketCallbackPolicy, { bucket }, { signal }),
    { code: "BucketCallbackPolicyNotExist", value: { items: [] } },
  );
  return (
    <SettingCard
      title={words.settings.storedCallbacks}
      note={words.settings.storedCallbacksNote}
      setting={setting}
    >
      {({ items }) => (
        <Items
          key={JSON.stringify(items)}
          items={items}
          isBusy={setting.task.isBusy}
          onSave={(changed) =>
            setting.save((signal) =>
              changed.length === 0
                ? call(connection, deleteBucketCallbackPolicy, { bucket }, { signal })
                : call(connection, putBucketCallbackPolicy, { bucket, items: changed }, { signal }),
            )
          }
        />
      )}
    </SettingCard>
  );
}

interface ItemsProps {
  readonly items: readonly CallbackPolicyItem[];
  readonly isBusy: boolean;
  readonly onSave: (items: readonly CallbackPolicyItem[]) => void;
}

function Items({ items, isBusy, onSave }: ItemsProps): JSX.Element {
  const words = useWords();
  const { items: draft, change, add, remove } = useList(items);
  const field = (at: number, name: keyof CallbackPolicyItem, label: string): JSX.Element => (
    <label class={name === "policyName" ? "" : "wide"}>
      {label}
      <input
        spellcheck={false}
        value={draft[at]?.[name] ?? ""}
        onInput={({ currentTarget }) => change(at, { [name]: currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft);
      }}
    >
      {draft.map((item, at) => (
        <div key={at} class="filters">
          {field(at, "policyName", words.settings.name)}
          {field(at, "callback", "x-oss-callback")}
          {field(at, "callbackVar", "x-oss-callback-var")}
          <a
            class="button"
            href={addressOf("/lab", { callback: item.callback, var: item.callbackVar })}
          >
            {words.lab.open}
          </a>
          <button type="button" class="quiet small" onClick={() => remove(at)}>
            {words.remove(item.policyName)}
          </button>
        </div>
      ))}
      <ListActions
        add={words.add}
        isBusy={isBusy}
        onAdd={() => add({ policyName: "", callback: "" })}
      />
    </form>
  );
}
