// The settings of a bucket.
import { call } from "@ossicle/client";
import {
  type BucketAcl,
  deleteBucket,
  deleteBucketTags,
  getBucketAcl,
  getBucketTags,
  getBucketVersioning,
  putBucketAcl,
  putBucketTags,
  putBucketVersioning,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { TagEditor } from "../parts/tag-editor.tsx";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { addressOf, go } from "../place.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import type { BucketProps } from "./bucket-props.ts";
import { CorsCard } from "./cors-card.tsx";
import { DeliveryPolicyCard } from "./delivery-policy-card.tsx";
import { SettingCard } from "./setting-card.tsx";
import { StoredCallbacksCard } from "./stored-callbacks-card.tsx";
import { useSetting } from "./use-setting.ts";

/** The page. */
export function SettingsPage({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  return (
    <>
      <p>
        <a href={addressOf(`/buckets/${bucket}`)}>← {bucket}</a>
      </p>
      <h1>{words.settings.of(bucket)}</h1>
      <div class="columns" key={bucket}>
        <div>
          <DeliveryPolicyCard bucket={bucket} />
          <StoredCallbacksCard bucket={bucket} />
        </div>
        <div>
          <AclCard bucket={bucket} />
          <VersioningCard bucket={bucket} />
          <CorsCard bucket={bucket} />
          <TagsCard bucket={bucket} />
          <DeleteCard bucket={bucket} />
        </div>
      </div>
    </>
  );
}

const acls: readonly BucketAcl[] = [
  "private",
  "authenticated-read",
  "public-read",
  "public-read-write",
];

function AclCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const setting = useSetting(`acl ${bucket}`, (signal) =>
    call(connection, getBucketAcl, { bucket }, { signal }),
  );
  const save = (text: string): void => {
    const acl = acls.find((one) => one === text) ?? "private";
    if (acl !== "private" && !confirm(words.settings.publicQuestions[acl](bucket))) {
      setting.loaded.again();
      return;
    }
    setting.save((signal) => call(connection, putBucketAcl, { bucket, acl }, { signal }));
  };
  return (
    <SettingCard title={words.objects.acl} setting={setting}>
      {({ accessControlList: { grant } }) => (
        <select
          aria-label={words.objects.acl}
          value={grant}
          disabled={setting.task.isBusy}
          onChange={({ currentTarget }) => save(currentTarget.value)}
        >
          {acls.map((acl) => (
            <option key={acl} value={acl}>
              {words.acls[acl]}
            </option>
          ))}
        </select>
      )}
    </SettingCard>
  );
}

function VersioningCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const setting = useSetting(`versioning ${bucket}`, (signal) =>
    call(connection, getBucketVersioning, { bucket }, { signal }),
  );
  const save = (status: "Enabled" | "Suspended"): void =>
    setting.save((signal) => call(connection, putBucketVersioning, { bucket, status }, { signal }));
  return (
    <SettingCard
      title={words.settings.versioning}
      note={words.settings.versioningNote}
      setting={setting}
    >
      {({ status }) => (
        <div class="actions">
          <span>{words.settings.versioningStates[status ?? "never"]}</span>
          <button
            type="button"
            class="quiet"
            disabled={setting.task.isBusy}
            onClick={() => save(status === "Enabled" ? "Suspended" : "Enabled")}
          >
            {status === "Enabled" ? words.settings.suspend : words.settings.enable}
          </button>
        </div>
      )}
    </SettingCard>
  );
}

function TagsCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const setting = useSetting(`tags ${bucket}`, (signal) =>
    call(connection, getBucketTags, { bucket }, { signal }),
  );
  return (
    <SettingCard title={words.objects.tags} setting={setting}>
      {({ tagSet }) => (
        <TagEditor
          labels={[words.tagKey, words.tagValue]}
          pairs={tagSet.tags}
          isBusy={setting.task.isBusy}
          onSave={(tags) =>
            setting.save((signal) =>
              tags.length === 0
                ? call(connection, deleteBucketTags, { bucket }, { signal })
                : call(connection, putBucketTags, { bucket, tagSet: { tags } }, { signal }),
            )
          }
        />
      )}
    </SettingCard>
  );
}

function DeleteCard({ bucket }: BucketProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const remove = (): void => {
    if (!confirm(words.settings.deleteQuestion(bucket))) return;
    task.start(async (signal) => {
      await call(connection, deleteBucket, { bucket }, { signal });
      go(addressOf("/buckets"));
    });
  };
  return (
    <section class="card" aria-label={words.settings.deleteBucket}>
      <h2>{words.settings.deleteBucket}</h2>
      <p class="note">{words.settings.deleteNote}</p>
      <button type="button" class="quiet danger" disabled={task.isBusy} onClick={remove}>
        {words.settings.deleteBucket}
      </button>
      <Problem text={task.problem} />
    </section>
  );
}
