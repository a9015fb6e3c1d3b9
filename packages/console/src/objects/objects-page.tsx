// A folder of a bucket: its entries, and what can be done with them.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Trouble } from "../parts/trouble.tsx";
import { maxRows, VirtualRows } from "../parts/virtual-rows.tsx";
import { addressOf } from "../place.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { FolderPath } from "./folder-path.tsx";
import type { Row } from "./listing.ts";
import { ObjectRow, rowId } from "./object-row.tsx";
import { SelectionActions } from "./selection-actions.tsx";
import { UploadZone } from "./upload-zone.tsx";
import { type ShownListing, useListing } from "./use-listing.ts";

interface ObjectsProps {
  readonly bucket: string;
  readonly parameters: URLSearchParams;
}

/** The page. */
export function ObjectsPage({ bucket, parameters }: ObjectsProps): JSX.Element {
  const words = useWords();
  const prefix = parameters.get("prefix") ?? "";
  const hasVersions = parameters.get("versions") === "yes";
  const startAfter = parameters.get("after") ?? undefined;
  const listing = useListing({ bucket, prefix, hasVersions, startAfter });
  const addressWith = (changed: Readonly<Record<string, string | undefined>>): string =>
    addressOf(`/buckets/${bucket}`, {
      prefix,
      versions: hasVersions ? "yes" : undefined,
      ...changed,
    });
  useReloadAfterUploads(bucket, listing.again);
  return (
    <UploadZone
      bucket={bucket}
      prefix={prefix}
      onFolder={listing.again}
      heading={<FolderPath bucket={bucket} prefix={prefix} addressWith={addressWith} />}
      links={
        <>
          <a class="button" href={addressWith({ versions: hasVersions ? undefined : "yes" })}>
            {hasVersions ? words.objects.hideVersions : words.objects.showVersions}
          </a>
          <a class="button" href={addressOf(`/buckets/${bucket}/settings`)}>
            {words.settings.title}
          </a>
        </>
      }
    >
      <Trouble answer={{ ...listing, value: undefined }} />
      <Entries
        key={`${bucket} ${prefix} ${hasVersions}`}
        place={{ bucket, prefix, hasVersions }}
        listing={listing}
        addressWith={addressWith}
      />
      <p class="pager">
        {startAfter === undefined ? null : (
          <a class="button" href={addressWith({ after: undefined })}>
            {words.objects.fromStart}
          </a>
        )}
      </p>
    </UploadZone>
  );
}

// Uploads change the folder. It is listed again once none is under way.
function useReloadAfterUploads(bucket: string, again: () => void): void {
  const { uploads } = useSigned();
  useEffect(() => {
    const isDone = (): number =>
      uploads.all.filter((one) => one.bucket === bucket && one.state === "done").length;
    let seen = isDone();
    return uploads.listen(() => {
      const isBusy = uploads.all.some(({ state }) => state === "running" || state === "waiting");
      const done = isDone();
      if (isBusy || done === seen) return;
      seen = done;
      again();
    });
  }, [uploads, bucket, again]);
}

interface EntriesProps {
  readonly place: {
    readonly bucket: string;
    readonly prefix: string;
    readonly hasVersions: boolean;
  };
  readonly listing: ShownListing;
  readonly addressWith: (changed: Readonly<Record<string, string | undefined>>) => string;
}

function Entries({ place, listing, addressWith }: EntriesProps): JSX.Element {
  const words = useWords();
  const { rows, isLoading, hasMore, isFull } = listing;
  const [selected, setSelected] = useState<ReadonlyMap<string, Row>>(new Map());
  const choose = (row: Row, isChosen: boolean): void => {
    const next = new Map(selected);
    if (isChosen) next.set(rowId(row), row);
    else next.delete(rowId(row));
    setSelected(next);
  };
  const chosen = useMemo(() => [...selected.values()], [selected]);
  const isAll = rows.length > 0 && selected.size === rows.length;
  const count = words.objects.count(rows.length, hasMore);
  return (
    <>
      <div class="actions">
        <label class="check">
          <input
            type="checkbox"
            disabled={rows.length === 0}
            checked={isAll}
            onChange={({ currentTarget }) =>
              setSelected(
                new Map(currentTarget.checked ? rows.map((row) => [rowId(row), row]) : []),
              )
            }
          />
          {selected.size === 0 ? count : words.objects.selected(selected.size)}
        </label>
        <SelectionActions
          place={place}
          rows={chosen}
          onChanged={() => {
            setSelected(new Map());
            listing.again();
          }}
        />
      </div>
      {rows.length === 0 ? (
        <p class="empty">{isLoading ? words.loading : words.objects.none}</p>
      ) : (
        <>
          <ColumnsHead />
          <VirtualRows
            count={rows.length}
            label={words.objects.entries}
            onEnd={listing.more}
            row={(at) => (
              <ObjectRow
                row={rows[at]}
                prefix={place.prefix}
                bucket={place.bucket}
                addressWith={addressWith}
                isSelected={rows[at] !== undefined && selected.has(rowId(rows[at]))}
                onSelect={choose}
              />
            )}
          />
        </>
      )}
      {isFull ? (
        <p class="pager">
          <a class="button" href={addressWith({ after: rows.at(-1)?.key })}>
            {words.objects.goOn(maxRows)}
          </a>
        </p>
      ) : null}
    </>
  );
}

// Each row says what its parts are, so this is for the eye only.
function ColumnsHead(): JSX.Element {
  const words = useWords();
  return (
    <div class="columns-head" aria-hidden="true">
      <span />
      <span>{words.objects.nameColumn}</span>
      <span />
      <span class="size">{words.objects.size}</span>
      <span class="time">{words.objects.modified}</span>
    </div>
  );
}
