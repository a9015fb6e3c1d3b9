// The buckets, with what they hold, and the way to make one.
import { call } from "@ossicle/client";
import {
  getBucketStat,
  type GetBucketStatOutput,
  listBuckets,
  type ListedBucket,
  putBucket,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { addressOf, go } from "../place.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useSizes, useTimes, useWords } from "../words/words.ts";

/** Most buckets of a page (OSS's limit of ListBuckets). */
const maxShown = 1_000;

/** The page. */
export function BucketsPage(): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const [marker, setMarker] = useState<string>();
  const found = useLoad(`buckets ${marker ?? ""}`, (signal) => {
    const page = { maxKeys: maxShown, ...(marker !== undefined && { marker }) };
    return call(connection, listBuckets, page, { signal });
  });
  const buckets = found.value?.buckets.bucket;
  const next = found.value?.nextMarker;
  return (
    <>
      <h1>{words.buckets}</h1>
      <Trouble answer={found} />
      <NewBucket />
      {buckets === undefined && found.error === undefined ? <p>{words.loading}</p> : null}
      {buckets?.length === 0 ? <p class="empty">{words.objects.noBuckets}</p> : null}
      {buckets !== undefined && buckets.length > 0 ? <BucketTable buckets={buckets} /> : null}
      {next === undefined || next === "" ? null : (
        <p class="pager">
          <button type="button" class="quiet" onClick={() => setMarker(next)}>
            {words.objects.more}
          </button>
        </p>
      )}
    </>
  );
}

function NewBucket(): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const [bucket, setBucket] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    task.start(async (signal) => {
      await call(connection, putBucket, { bucket }, { signal });
      go(addressOf(`/buckets/${bucket}`));
    });
  };
  return (
    <form class="actions" onSubmit={submit}>
      <input
        aria-label={words.objects.newBucketName}
        placeholder={words.objects.newBucketName}
        value={bucket}
        required
        spellcheck={false}
        pattern="[a-z0-9][a-z0-9\-]{1,61}[a-z0-9]"
        title={words.objects.bucketRule}
        onInput={({ currentTarget }) => setBucket(currentTarget.value)}
      />
      <button type="submit" disabled={task.isBusy}>
        {words.objects.createBucket}
      </button>
      <Problem text={task.problem} />
    </form>
  );
}

function BucketTable({ buckets }: { readonly buckets: readonly ListedBucket[] }): JSX.Element {
  const words = useWords();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.bucket}</th>
            <th scope="col" class="number">
              {words.objects.objects}
            </th>
            <th scope="col" class="number">
              {words.objects.size}
            </th>
            <th scope="col">{words.created}</th>
            <th scope="col">
              <span class="hidden">{words.settings.title}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <BucketRow key={bucket.name} bucket={bucket} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BucketRow({
  bucket: { name, creationDate },
}: {
  readonly bucket: ListedBucket;
}): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const showSize = useSizes();
  const { connection } = useSigned();
  const { value } = useLoad(`stat ${name}`, (signal) =>
    call(connection, getBucketStat, { bucket: name }, { signal }),
  );
  const shown = (text: (stat: GetBucketStatOutput) => string): JSX.Element | string =>
    value === undefined ? <span class="none">–</span> : text(value);
  return (
    <tr>
      <td>
        <a href={addressOf(`/buckets/${name}`)}>{name}</a>
      </td>
      <td class="number">{shown(({ objectCount }) => objectCount.toLocaleString())}</td>
      <td class="number">{shown(({ storage }) => showSize(storage))}</td>
      <td class="time">{showTime(creationDate.getTime())}</td>
      <td>
        <a href={addressOf(`/buckets/${name}/settings`)} aria-label={words.settings.of(name)}>
          {words.settings.title}
        </a>
      </td>
    </tr>
  );
}
