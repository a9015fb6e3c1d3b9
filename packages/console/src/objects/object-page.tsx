// One object, or one of its versions: what it is, a preview, links to it, and its settings.
import { call, presignGetObject } from "@ossicle/client";
import { deleteObject, headObject, type HeadObjectOutput } from "@ossicle/protocol";
import type { JSX } from "preact";
import { CopyButton } from "../parts/copy-button.tsx";
import { openDownload } from "../parts/open-download.ts";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { visible } from "../parts/visible.ts";
import { addressOf, go } from "../place.ts";
import { useSigned } from "../signed.ts";
import { type Loaded, useLoad } from "../use-load.ts";
import { useSizes, useTimes, useWords } from "../words/words.ts";
import { AclCard } from "./acl-card.tsx";
import { copyOne } from "./change-objects.ts";
import { LinkCard } from "./link-card.tsx";
import { MetadataCard } from "./metadata-card.tsx";
import type { ObjectName } from "./object-name.ts";
import { objectAddress } from "./object-address.ts";
import { Preview } from "./preview.tsx";
import { TagsCard } from "./tags-card.tsx";
import { VersionsCard } from "./versions-card.tsx";

interface ObjectPageProps {
  readonly bucket: string;
  readonly parameters: URLSearchParams;
}

/** The page. */
export function ObjectPage({ bucket, parameters }: ObjectPageProps): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const key = parameters.get("key") ?? "";
  const versionId = parameters.get("version") ?? undefined;
  const object: ObjectName = { bucket, key, ...(versionId !== undefined && { versionId }) };
  const id = `${bucket} ${versionId ?? ""} ${key}`;
  const found = useLoad(id, (signal) => call(connection, headObject, object, { signal }));
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  return (
    <>
      <p>
        <a href={addressOf(`/buckets/${bucket}`, { prefix: folder })}>
          ← {bucket}/{visible(folder)}
        </a>
      </p>
      <h1 class="object">{visible(key)}</h1>
      {versionId === undefined ? null : (
        <p class="lead">
          {words.objects.version} <code>{versionId}</code> ·{" "}
          <a href={objectAddress(bucket, key)}>{words.objects.currentVersion}</a>
        </p>
      )}
      <Trouble answer={found} />
      {found.value === undefined ? null : (
        <Whole key={id} object={object} facts={found.value} found={found} />
      )}
      <VersionsCard key={`versions ${id}`} object={object} onChanged={found.again} />
    </>
  );
}

interface WholeProps {
  readonly object: ObjectName;
  readonly facts: HeadObjectOutput;
  readonly found: Loaded<unknown>;
}

function Whole({ object, facts, found }: WholeProps): JSX.Element {
  const words = useWords();
  const isSymlink = facts.objectType === "Symlink";
  return (
    <>
      <Actions object={object} />
      <div class="columns">
        <div>
          <section class="card">
            <h2>{words.objects.preview}</h2>
            <Preview object={object} facts={facts} />
          </section>
          <section class="card">
            <h2>{words.objects.facts}</h2>
            <Facts facts={facts} />
          </section>
        </div>
        <div>
          <LinkCard object={object} />
          {isSymlink ? null : <AclCard object={object} />}
          {isSymlink || object.versionId !== undefined ? null : (
            <MetadataCard object={object} facts={facts} onChanged={found.again} />
          )}
          <TagsCard
            name={`${object.bucket} ${object.versionId ?? ""} ${object.key}`}
            object={object}
            onChanged={found.again}
          />
        </div>
      </div>
    </>
  );
}

/** How long the link of a download is valid, in seconds. */
const downloadSeconds = 60;

function Actions({ object }: { readonly object: ObjectName }): JSX.Element {
  const words = useWords();
  const { connection, links } = useSigned();
  const task = useTask();
  const { bucket, key, versionId } = object;
  const copy = (isMove: boolean): void => {
    const to = prompt(words.objects.newKey, key);
    if (to === null || to === "" || to === key) return;
    task.start(async (signal) => {
      await copyOne(connection, { ...object, toBucket: bucket, to, keepsAcl: isMove }, signal);
      if (isMove) await call(connection, deleteObject, { bucket, key }, { signal });
      go(objectAddress(bucket, to));
    });
  };
  const remove = (): void => {
    if (!confirm(words.objects.deleteQuestion(1, versionId !== undefined))) return;
    task.start(async (signal) => {
      await call(connection, deleteObject, object, { signal });
      const prefix = key.slice(0, key.lastIndexOf("/") + 1);
      go(addressOf(`/buckets/${bucket}`, { prefix }));
    });
  };
  const download = (): void =>
    task.start(async () => {
      const wanted = { ...object, responseContentDisposition: "attachment" };
      const { url } = await presignGetObject(links, wanted, { expiresSeconds: downloadSeconds });
      const frame = openDownload(url);
      setTimeout(() => frame.remove(), downloadSeconds * 1_000);
    });
  return (
    <div class="actions">
      <button type="button" disabled={task.isBusy} onClick={download}>
        {words.objects.download}
      </button>
      {versionId === undefined ? (
        <button type="button" class="quiet" disabled={task.isBusy} onClick={() => copy(true)}>
          {words.objects.rename}
        </button>
      ) : null}
      <button type="button" class="quiet" disabled={task.isBusy} onClick={() => copy(false)}>
        {words.objects.copy}
      </button>
      <button type="button" class="quiet danger" disabled={task.isBusy} onClick={remove}>
        {words.objects.delete}
      </button>
      <a class="button" href={addressOf("/deliveries", { bucket, prefix: key })}>
        {words.objects.callbacks}
      </a>
      <CopyButton text={`oss://${bucket}/${key}`} label={words.objects.copyAddress} />
      <Problem text={task.problem} />
    </div>
  );
}

function Facts({ facts }: { readonly facts: HeadObjectOutput }): JSX.Element {
  const words = useWords();
  const showSize = useSizes();
  const showTime = useTimes();
  const { metadata = {} } = facts;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [words.objects.size, showSize(facts.contentLength)],
    ["Content-Length", String(facts.contentLength)],
    [words.objects.modified, showTime(facts.lastModified.getTime())],
    ["Content-Type", facts.contentType],
    ["Cache-Control", facts.cacheControl],
    ["Content-Disposition", facts.contentDisposition],
    ["Content-Encoding", facts.contentEncoding],
    ["ETag", facts.etag],
    ["Content-MD5", facts.contentMd5],
    ["CRC-64", facts.hashCrc64],
    [words.objects.kind, facts.objectType],
    [words.objects.storageClass, facts.storageClass],
    [words.objects.version, facts.versionId],
    ["x-oss-restore", facts.restore],
    ...Object.entries(metadata).map(([name, value]) => [`x-oss-meta-${name}`, value] as const),
  ];
  return (
    <dl class="facts">
      {lines.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd>
              <code>{visible(value)}</code>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
