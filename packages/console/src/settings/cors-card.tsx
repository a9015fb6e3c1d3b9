// The CORS rules of a bucket, with a form that says which rule a request meets.
import { call } from "@ossicle/client";
import {
  type CorsConfiguration,
  type CorsMethod,
  type CorsRule,
  deleteBucketCors,
  getBucketCors,
  putBucketCors,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ListActions } from "../parts/list-actions.tsx";
import { useList } from "../parts/use-list.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { CorsTester, firstRequest, type TriedRequest } from "./cors-tester.tsx";
import { SettingCard } from "./setting-card.tsx";
import type { BucketProps } from "./bucket-props.ts";
import { useSetting } from "./use-setting.ts";

const methods: readonly CorsMethod[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** A rule that most pages begin with. */
const firstRule: CorsRule = {
  allowedOrigins: ["https://example.com"],
  allowedMethods: ["GET", "PUT", "POST", "HEAD"],
  allowedHeaders: ["*"],
  exposeHeaders: ["ETag", "x-oss-request-id", "x-oss-version-id"],
  maxAgeSeconds: 600,
};

/** The card. */
export function CorsCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const [request, setRequest] = useState(firstRequest);
  const setting = useSetting<CorsConfiguration>(
    `cors ${bucket}`,
    (signal) => call(connection, getBucketCors, { bucket }, { signal }),
    { code: "NoSuchCORSConfiguration", value: { rules: [] } },
  );
  return (
    <SettingCard title={words.settings.cors} note={words.settings.corsNote} setting={setting}>
      {(configuration) => (
        <Rules
          key={JSON.stringify(configuration)}
          configuration={configuration}
          isBusy={setting.task.isBusy}
          request={request}
          onRequest={setRequest}
          onSave={({ rules, responseVary }) =>
            setting.save((signal) =>
              rules.length === 0
                ? call(connection, deleteBucketCors, { bucket }, { signal })
                : call(
                    connection,
                    putBucketCors,
                    { bucket, rules, ...(responseVary !== undefined && { responseVary }) },
                    { signal },
                  ),
            )
          }
        />
      )}
    </SettingCard>
  );
}

interface RulesProps {
  readonly configuration: CorsConfiguration;
  readonly isBusy: boolean;
  /** The request that is tried. It outlives the form, which begins anew when it is saved. */
  readonly request: TriedRequest;
  readonly onRequest: (request: TriedRequest) => void;
  readonly onSave: (configuration: CorsConfiguration) => void;
}

function Rules(props: RulesProps): JSX.Element {
  const { configuration, isBusy, request, onRequest, onSave } = props;
  const words = useWords();
  const { items: rules, change, add, remove } = useList(configuration.rules);
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave({ ...configuration, rules });
        }}
      >
        {rules.map((rule, at) => (
          <fieldset key={at}>
            <legend>{words.settings.rule(at + 1)}</legend>
            <RuleFields rule={rule} onChange={(changed) => change(at, changed)} />
            <button type="button" class="quiet small" onClick={() => remove(at)}>
              {words.remove(words.settings.rule(at + 1))}
            </button>
          </fieldset>
        ))}
        <ListActions add={words.settings.addRule} isBusy={isBusy} onAdd={() => add(firstRule)} />
      </form>
      <CorsTester rules={rules} request={request} onChange={onRequest} />
    </>
  );
}

interface RuleFieldsProps {
  readonly rule: CorsRule;
  readonly onChange: (changed: Partial<CorsRule>) => void;
}

function RuleFields({ rule, onChange }: RuleFieldsProps): JSX.Element {
  const words = useWords();
  const lines = (
    name: "allowedOrigins" | "allowedHeaders" | "exposeHeaders",
    label: string,
  ): JSX.Element => (
    <label>
      {label}
      <textarea
        rows={2}
        spellcheck={false}
        value={rule[name].join("\n")}
        onChange={({ currentTarget }) => onChange({ [name]: linesOf(currentTarget.value) })}
      />
    </label>
  );
  const toggle = (method: CorsMethod, isAllowed: boolean): void =>
    onChange({
      allowedMethods: methods.filter((one) =>
        one === method ? isAllowed : rule.allowedMethods.includes(one),
      ),
    });
  return (
    <>
      {lines("allowedOrigins", words.settings.origins)}
      <div class="checks" role="group" aria-label={words.settings.methods}>
        {methods.map((method) => (
          <label key={method} class="check">
            <input
              type="checkbox"
              checked={rule.allowedMethods.includes(method)}
              onChange={({ currentTarget }) => toggle(method, currentTarget.checked)}
            />
            {method}
          </label>
        ))}
      </div>
      {lines("allowedHeaders", words.settings.requestHeaders)}
      {lines("exposeHeaders", words.settings.exposeHeaders)}
      <label>
        {words.settings.maxAge}
        <input
          type="number"
          min={0}
          value={rule.maxAgeSeconds ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ maxAgeSeconds: value === "" ? 0 : Number(value) })
          }
        />
      </label>
    </>
  );
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
