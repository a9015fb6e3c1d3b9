// The delivery policy of a bucket, with a preview of what it does.
import { call } from "@ossicle/client";
import {
  deleteBucketDeliveryPolicy,
  type DeliveryPolicyConfiguration,
  type DeliveryRetry,
  type ExtendedOperation,
  getBucketDeliveryPolicy,
  type OnFailure,
  putBucketDeliveryPolicy,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { DefaultCallbacks } from "./default-callbacks.tsx";
import { PolicyPreview } from "./policy-preview.tsx";
import { SettingCard } from "./setting-card.tsx";
import type { BucketProps } from "./bucket-props.ts";
import { useSetting } from "./use-setting.ts";

const noPolicy: DeliveryPolicyConfiguration = {
  webhookSecrets: [],
  extendedOperations: [],
  defaultCallbacks: [],
};

/** The card. */
export function DeliveryPolicyCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const setting = useSetting<DeliveryPolicyConfiguration>(
    `delivery policy ${bucket}`,
    (signal) => call(connection, getBucketDeliveryPolicy, { bucket }, { signal }),
    { code: "NoSuchDeliveryPolicy", value: noPolicy },
  );
  return (
    <SettingCard
      title={words.settings.deliveryPolicy}
      note={words.settings.deliveryPolicyNote}
      setting={setting}
    >
      {(policy) => (
        <PolicyForm
          key={JSON.stringify(policy)}
          policy={policy}
          isBusy={setting.task.isBusy}
          onSave={(changed) =>
            setting.save((signal) =>
              call(connection, putBucketDeliveryPolicy, { bucket, ...changed }, { signal }),
            )
          }
          onRemove={() =>
            setting.save((signal) =>
              call(connection, deleteBucketDeliveryPolicy, { bucket }, { signal }),
            )
          }
        />
      )}
    </SettingCard>
  );
}

interface PolicyFormProps {
  readonly policy: DeliveryPolicyConfiguration;
  readonly isBusy: boolean;
  readonly onSave: (policy: DeliveryPolicyConfiguration) => void;
  readonly onRemove: () => void;
}

const failures: readonly OnFailure[] = ["keep", "hide", "delete"];
const extended: readonly ExtendedOperation[] = ["AppendObject", "CopyObject"];

function PolicyForm({ policy, isBusy, onSave, onRemove }: PolicyFormProps): JSX.Element {
  const words = useWords();
  const [draft, setDraft] = useState(withoutRequestId(policy));
  const change = (changed: Partial<DeliveryPolicyConfiguration>): void =>
    setDraft({ ...draft, ...changed });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft);
      }}
    >
      <label>
        {words.settings.onFailure}
        <select
          value={draft.onFailure ?? ""}
          onChange={({ currentTarget: { value } }) => {
            const { onFailure: _, ...rest } = draft;
            const chosen = failures.find((one) => one === value);
            setDraft(chosen === undefined ? rest : { ...rest, onFailure: chosen });
          }}
        >
          <option value="">{words.settings.asServer}</option>
          {failures.map((one) => (
            <option key={one} value={one}>
              {words.settings.failures[one]}
            </option>
          ))}
        </select>
      </label>
      <RetryFields retry={draft.retry ?? {}} onChange={(retry) => change({ retry })} />
      <WebhookFields policy={draft} onChange={change} />
      <div class="checks" role="group" aria-label={words.settings.extended}>
        <span>{words.settings.extended}</span>
        {extended.map((operation) => (
          <label key={operation} class="check">
            <input
              type="checkbox"
              checked={draft.extendedOperations.includes(operation)}
              onChange={({ currentTarget: { checked } }) =>
                change({
                  extendedOperations: extended.filter((one) =>
                    one === operation ? checked : draft.extendedOperations.includes(one),
                  ),
                })
              }
            />
            {operation}
          </label>
        ))}
      </div>
      <DefaultCallbacks
        rules={draft.defaultCallbacks}
        onChange={(defaultCallbacks) => change({ defaultCallbacks })}
      />
      <PolicyPreview policy={draft} />
      <div class="actions">
        <button type="submit" disabled={isBusy}>
          {words.save}
        </button>
        <button type="button" class="quiet" disabled={isBusy} onClick={onRemove}>
          {words.settings.removePolicy}
        </button>
      </div>
    </form>
  );
}

interface WebhookFieldsProps {
  readonly policy: DeliveryPolicyConfiguration;
  readonly onChange: (changed: Partial<DeliveryPolicyConfiguration>) => void;
}

function WebhookFields({ policy, onChange }: WebhookFieldsProps): JSX.Element {
  const words = useWords();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={policy.webhookSignature === true}
          onChange={({ currentTarget }) => onChange({ webhookSignature: currentTarget.checked })}
        />
        {words.settings.webhookSignature}
      </label>
      <label>
        {words.settings.webhookSecrets}
        <textarea
          rows={2}
          spellcheck={false}
          value={policy.webhookSecrets.join("\n")}
          onChange={({ currentTarget }) =>
            onChange({
              webhookSecrets: currentTarget.value.split(/\s+/).filter((one) => one !== ""),
            })
          }
        />
      </label>
    </>
  );
}

// The answer that was loaded also names its request, which is no member of a policy.
function withoutRequestId(policy: DeliveryPolicyConfiguration): DeliveryPolicyConfiguration {
  const { onFailure, retry, webhookSignature } = policy;
  const { webhookSecrets, extendedOperations, defaultCallbacks } = policy;
  return {
    ...(onFailure !== undefined && { onFailure }),
    ...(retry !== undefined && { retry }),
    ...(webhookSignature !== undefined && { webhookSignature }),
    webhookSecrets,
    extendedOperations,
    defaultCallbacks,
  };
}

const retryFields = [
  "maxAttempts",
  "firstDelaySeconds",
  "maxDelaySeconds",
  "maxAgeSeconds",
  "timeoutSeconds",
] as const;

interface RetryFieldsProps {
  readonly retry: DeliveryRetry;
  readonly onChange: (retry: DeliveryRetry) => void;
}

function RetryFields({ retry, onChange }: RetryFieldsProps): JSX.Element {
  const words = useWords();
  return (
    <fieldset>
      <legend>{words.settings.retry}</legend>
      <div class="grid">
        {retryFields.map((name) => (
          <label key={name}>
            {words.settings.retryFields[name]}
            <input
              type="number"
              min={1}
              value={retry[name] ?? ""}
              placeholder={words.settings.asServer}
              onInput={({ currentTarget: { value } }) => {
                const { [name]: _, ...rest } = retry;
                onChange(value === "" ? rest : { ...rest, [name]: Number(value) });
              }}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
