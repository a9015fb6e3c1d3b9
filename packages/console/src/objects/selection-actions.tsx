// What can be done with selected entries: download, copy, move, delete, and undo a deletion.
import type { ObjectIdentifier } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../parts/trouble.tsx";
import { type Task, useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { downloadArchive } from "./archive.ts";
import { type ChangeWatch, copyRows, deleteRows, undoDeletion } from "./change-objects.ts";
import { CopyDialog, type CopyTarget } from "./copy-dialog.tsx";
import type { Row } from "./listing.ts";

interface SelectionProps {
  readonly place: {
    readonly bucket: string;
    readonly prefix: string;
    readonly hasVersions: boolean;
  };
  readonly rows: readonly Row[];
  readonly onChanged: () => void;
}

/** The buttons. */
export function SelectionActions(props: SelectionProps): JSX.Element {
  const words = useWords();
  const { bucket, prefix, hasVersions } = props.place;
  const [isCopying, setCopying] = useState(false);
  const { task, status, canUndo, remove, undo, download, copy } = useChanges(props);
  const isIdle = props.rows.length > 0 && !task.isBusy;
  return (
    <>
      <button type="button" class="quiet" disabled={!isIdle || hasVersions} onClick={download}>
        {words.objects.downloadArchive}
      </button>
      <button
        type="button"
        class="quiet"
        disabled={!isIdle || hasVersions}
        onClick={() => setCopying(true)}
      >
        {words.objects.copyOrMove}
      </button>
      <button type="button" class="quiet danger" disabled={!isIdle} onClick={remove}>
        {words.objects.delete}
      </button>
      {task.isBusy ? (
        <button type="button" class="quiet" onClick={task.cancel}>
          {words.cancel}
        </button>
      ) : null}
      {canUndo ? (
        <button type="button" onClick={undo}>
          {words.objects.undo}
        </button>
      ) : null}
      <output aria-live="polite">{status}</output>
      <Problem text={task.problem} />
      {isCopying ? (
        <CopyDialog
          bucket={bucket}
          folder={prefix.slice(0, prefix.lastIndexOf("/") + 1)}
          onClose={() => setCopying(false)}
          onCopy={(to) => {
            setCopying(false);
            copy(to);
          }}
        />
      ) : null}
    </>
  );
}

interface Changes {
  readonly task: Task;
  /** What has been done so far, in words. */
  readonly status: string;
  readonly canUndo: boolean;
  readonly remove: () => void;
  readonly undo: () => void;
  readonly download: () => void;
  readonly copy: (to: CopyTarget) => void;
}

function useChanges({ place, rows, onChanged }: SelectionProps): Changes {
  const words = useWords();
  const { connection, session } = useSigned();
  const { bucket, prefix, hasVersions } = place;
  const task = useTask();
  const [status, setStatus] = useState("");
  const [markers, setMarkers] = useState<readonly ObjectIdentifier[]>([]);
  const change = (
    work: (watch: ChangeWatch) => Promise<unknown>,
    told: (done: number) => string,
  ): void => {
    const show = (done: number, skipped = 0): void =>
      setStatus(skipped === 0 ? told(done) : `${told(done)} ${words.objects.skipped(skipped)}`);
    show(0);
    task.start(async (signal) => {
      await work({ signal, onProgress: show }).finally(onChanged);
    });
  };
  const remove = (): void => {
    if (!confirm(words.objects.deleteQuestion(rows.length, hasVersions))) return;
    setMarkers([]);
    // What was deleted before a failure can be undone too.
    const onMarkers = (made: readonly ObjectIdentifier[]): void =>
      setMarkers((before) => [...before, ...made]);
    const wanted = { bucket, rows, hasVersions };
    const told = words.objects.deleted;
    change((watch) => deleteRows(connection, wanted, { ...watch, onMarkers }), told);
  };
  const undo = (): void =>
    change(async (watch) => {
      await undoDeletion(connection, { bucket, markers }, watch);
      setMarkers([]);
    }, words.objects.restored);
  const download = (): void => {
    const request = { bucket, prefix, rows, credentials: session };
    change(
      ({ signal, onProgress }) => downloadArchive(request, { signal, onProgress }),
      words.objects.downloaded,
    );
  };
  const copy = (to: CopyTarget): void => {
    const request = { bucket, rows, prefix, ...to };
    const told = to.isMove ? words.objects.moved : words.objects.copied;
    change((watch) => copyRows(connection, request, watch), told);
  };
  const canUndo = markers.length > 0 && !task.isBusy;
  return { task, status, canUndo, remove, undo, download, copy };
}
