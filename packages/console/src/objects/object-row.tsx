// One entry of a folder.
import type { JSX } from "preact";
import { visible } from "../parts/visible.ts";
import { useSizes, useTimes, useWords } from "../words/words.ts";
import { nameIn, type Row } from "./listing.ts";
import { objectAddress } from "./object-address.ts";

interface ObjectRowProps {
  /** Undefined for a moment, when the list has become shorter. */
  readonly row: Row | undefined;
  readonly bucket: string;
  readonly prefix: string;
  readonly addressWith: (changed: Readonly<Record<string, string | undefined>>) => string;
  readonly isSelected: boolean;
  readonly onSelect: (row: Row, isSelected: boolean) => void;
}

/** Tells the rows of a listing apart. */
export function rowId({ key, versionId = "" }: Row): string {
  return `${versionId}/${key}`;
}

/** The entry. */
export function ObjectRow(props: ObjectRowProps): JSX.Element | null {
  const { row, bucket, prefix, addressWith, isSelected, onSelect } = props;
  const words = useWords();
  const showTime = useTimes();
  const showSize = useSizes();
  if (row === undefined) return null;
  const { kind, key, size, modifiedMs, storageClass, isSymlink, versionId, isLatest } = row;
  const name = visible(nameIn(prefix, key));
  const notes = [
    ...(isSymlink ? [words.objects.symlink] : []),
    ...(kind === "marker" ? [words.objects.deleteMarker] : []),
    ...(versionId !== undefined && !isLatest ? [words.objects.olderVersion] : []),
    ...(storageClass === "" || storageClass === "Standard" ? [] : [storageClass]),
  ];
  return (
    <>
      <input
        type="checkbox"
        aria-label={words.select(name)}
        checked={isSelected}
        onChange={({ currentTarget }) => onSelect(row, currentTarget.checked)}
      />
      {kind === "folder" ? (
        <a class="name folder" href={addressWith({ prefix: key })} title={name}>
          {name}
        </a>
      ) : (
        <a class={`name ${kind}`} href={objectAddress(bucket, key, versionId)} title={name}>
          {name}
        </a>
      )}
      <small class="notes">{notes.join(" · ")}</small>
      <span class="size">{kind === "folder" || kind === "marker" ? "" : showSize(size)}</span>
      <span class="time">{modifiedMs === 0 ? "" : showTime(modifiedMs)}</span>
    </>
  );
}
