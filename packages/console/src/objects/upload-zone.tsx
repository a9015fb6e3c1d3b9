// The part of the page on which files and folders can be dropped, with buttons that do the same.
import { call, putObject } from "@ossicle/client";
import { putSymlink } from "@ossicle/protocol";
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { type ChosenFile, droppedFiles, filesOf } from "../uploads/collect-files.ts";
import { useWords } from "../words/words.ts";

interface ZoneProps {
  readonly bucket: string;
  /** Files are put into its folder: all of it up to the last slash. */
  readonly prefix: string;
  readonly onFolder: () => void;
  /** Stands above the buttons. */
  readonly heading: ComponentChildren;
  /** Stand beside the buttons. */
  readonly links: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The zone. */
export function UploadZone(props: ZoneProps): JSX.Element {
  const { bucket, prefix, onFolder, heading, links, children } = props;
  const words = useWords();
  const { uploads, connection } = useSigned();
  const task = useTask();
  const [isOver, setOver] = useState(false);
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const add = (files: readonly ChosenFile[]): void =>
    uploads.add(files.map(({ path, file }) => ({ bucket, key: folder + path, file })));
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const { dataTransfer } = event;
    if (dataTransfer !== null) task.start(() => droppedFiles(dataTransfer).then(add));
  };
  const makeFolder = (): void => {
    const name = prompt(words.objects.folderName)?.replace(/^\/+|\/+$/g, "");
    if (name === undefined || name === "") return;
    const key = `${folder}${name}/`;
    task.start(async (signal) => {
      await putObject(connection, { bucket, key, body: new Uint8Array() }, { signal });
      onFolder();
    });
  };
  const makeLink = (): void => {
    const name = prompt(words.objects.linkName);
    const symlinkTarget = name === null || name === "" ? null : prompt(words.objects.linkTarget);
    if (name === null || symlinkTarget === null || symlinkTarget === "") return;
    const input = { bucket, key: folder + name, symlinkTarget };
    task.start(async (signal) => {
      await call(connection, putSymlink, input, { signal });
      onFolder();
    });
  };
  return (
    <div
      class={isOver ? "zone over" : "zone"}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files") !== true) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) {
          setOver(false);
        }
      }}
      onDrop={drop}
    >
      {heading}
      <div class="zone-actions">
        <FileButton label={words.objects.uploadFiles} isFolder={false} onFiles={add} />
        <FileButton label={words.objects.uploadFolder} isFolder onFiles={add} />
        <button type="button" class="quiet" onClick={makeFolder} disabled={task.isBusy}>
          {words.objects.newFolder}
        </button>
        <button type="button" class="quiet" onClick={makeLink} disabled={task.isBusy}>
          {words.objects.newLink}
        </button>
        <small>{words.objects.dropHint}</small>
        <span class="right">{links}</span>
      </div>
      <Problem text={task.problem} />
      {children}
    </div>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly isFolder: boolean;
  readonly onFiles: (files: readonly ChosenFile[]) => void;
}

function FileButton({ label, isFolder, onFiles }: FileButtonProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={isFolder ? "quiet" : ""} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        {...(isFolder ? { webkitdirectory: true } : {})}
        onChange={({ currentTarget }) => {
          onFiles(filesOf(currentTarget));
          currentTarget.value = ""; // so that the same files can be chosen again
        }}
      />
    </>
  );
}
