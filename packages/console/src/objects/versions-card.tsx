// The versions of one object: restoring one makes it the current version again.
import { call } from "@ossicle/client";
import { deleteObject, listObjectVersions, type VersionEntry } from "@ossicle/protocol";
import type { JSX } from "preact";
import { Problem, Trouble } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useSizes, useTimes, useWords } from "../words/words.ts";
import { copyOne } from "./change-objects.ts";
import type { ObjectName } from "./object-name.ts";
import { objectAddress } from "./object-address.ts";

/** Versions that are shown (OSS's limit of a page). */
const maxShown = 1_000;

interface VersionsProps {
  readonly object: ObjectName;
  readonly onChanged: () => void;
}

/** The card; nothing where the object has no versions. */
export function VersionsCard({ object, onChanged }: VersionsProps): JSX.Element | null {
  const words = useWords();
  const { connection } = useSigned();
  const task = useTask();
  const { bucket, key } = object;
  const found = useLoad(`versions ${bucket} ${key}`, async (signal) => {
    const input = { bucket, prefix: key, maxKeys: maxShown, encodingType: "url" } as const;
    const { entries } = await call(connection, listObjectVersions, input, { signal });
    return entries.filter(({ value }) => value.key === key);
  });
  const entries = found.value ?? [];
  if (found.error !== undefined) return <Trouble answer={found} />;
  if (entries.every(({ value }) => value.versionId === "null")) return null;
  const change = (work: (signal: AbortSignal) => Promise<unknown>): void =>
    task.start(async (signal) => {
      await work(signal);
      found.again();
      onChanged();
    });
  return (
    <section class="card">
      <h2>{words.objects.versions}</h2>
      <Problem text={task.problem} />
      <div class="scroll">
        <table>
          <VersionsHead />
          <tbody>
            {entries.map((entry) => (
              <VersionRow
                key={entry.value.versionId}
                entry={entry}
                bucket={bucket}
                isBusy={task.isBusy}
                onRestore={(versionId) =>
                  change((signal) =>
                    copyOne(
                      connection,
                      {
                        ...object,
                        versionId,
                        toBucket: bucket,
                        to: key,
                        overwrites: true,
                        keepsAcl: true,
                      },
                      signal,
                    ),
                  )
                }
                onDelete={(versionId) => {
                  // Removing a marker undoes a deletion, and loses nothing.
                  const loses = entry.name === "Version";
                  if (loses && !confirm(words.objects.deleteQuestion(1, true))) return;
                  change((signal) =>
                    call(connection, deleteObject, { bucket, key, versionId }, { signal }),
                  );
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function VersionsHead(): JSX.Element {
  const words = useWords();
  return (
    <thead>
      <tr>
        <th scope="col">{words.objects.version}</th>
        <td />
        <th scope="col" class="number">
          {words.objects.size}
        </th>
        <th scope="col">{words.objects.modified}</th>
        <td />
      </tr>
    </thead>
  );
}

interface VersionRowProps {
  readonly entry: VersionEntry;
  readonly bucket: string;
  readonly isBusy: boolean;
  readonly onRestore: (versionId: string) => void;
  readonly onDelete: (versionId: string) => void;
}

function VersionRow(props: VersionRowProps): JSX.Element {
  const { entry, bucket, isBusy, onRestore, onDelete } = props;
  const words = useWords();
  const showTime = useTimes();
  const showSize = useSizes();
  const { key, versionId, isLatest, lastModified } = entry.value;
  const isVersion = entry.name === "Version";
  return (
    <tr>
      <td>
        {entry.name === "Version" ? (
          <a href={objectAddress(bucket, key, versionId)}>
            <code title={versionId}>{shortened(versionId)}</code>
          </a>
        ) : (
          <>
            <code title={versionId}>{shortened(versionId)}</code>{" "}
            <small>{words.objects.deleteMarker}</small>
          </>
        )}
      </td>
      <td>{isLatest ? words.objects.current : ""}</td>
      <td class="number">{entry.name === "Version" ? showSize(entry.value.size) : ""}</td>
      <td class="time">{showTime(lastModified.getTime())}</td>
      <td class="row-actions">
        {entry.name === "Version" && !isLatest ? (
          <button
            type="button"
            class="quiet small"
            disabled={isBusy}
            aria-label={`${words.objects.restore} ${versionId}`}
            onClick={() => onRestore(versionId)}
          >
            {words.objects.restore}
          </button>
        ) : null}
        <button
          type="button"
          class="quiet small danger"
          disabled={isBusy}
          aria-label={`${isVersion ? words.objects.delete : words.objects.undo} ${versionId}`}
          onClick={() => onDelete(versionId)}
        >
          {isVersion ? words.objects.delete : words.objects.undo}
        </button>
      </td>
    </tr>
  );
}

/** Characters of a version's id that are shown. */
const shownCharacters = 12;

function shortened(versionId: string): string {
  if (versionId.length <= shownCharacters) return versionId;
  return `${versionId.slice(0, shownCharacters)}…`;
}
