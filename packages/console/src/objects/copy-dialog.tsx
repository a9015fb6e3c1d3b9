// Asks where objects are to be copied or moved.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";
import type { CopyRequest } from "./change-objects.ts";

/** Where to, and whether the originals are removed. */
export type CopyTarget = Pick<CopyRequest, "toBucket" | "toPrefix" | "isMove">;

interface CopyDialogProps {
  readonly bucket: string;
  readonly folder: string;
  readonly onClose: () => void;
  readonly onCopy: (to: CopyTarget) => void;
}

/** The dialog. */
export function CopyDialog({ bucket, folder, onClose, onCopy }: CopyDialogProps): JSX.Element {
  const words = useWords();
  const [toBucket, setBucket] = useState(bucket);
  const [toFolder, setFolder] = useState(folder);
  const copy = (isMove: boolean): void => {
    const toPrefix = toFolder === "" || toFolder.endsWith("/") ? toFolder : `${toFolder}/`;
    onCopy({ toBucket, toPrefix, isMove });
  };
  return (
    <Dialog title={words.objects.copyOrMove} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          copy(false);
        }}
      >
        <label>
          {words.bucket}
          <input
            value={toBucket}
            required
            spellcheck={false}
            onInput={({ currentTarget }) => setBucket(currentTarget.value)}
          />
        </label>
        <label>
          {words.objects.folder}
          <input
            value={toFolder}
            spellcheck={false}
            onInput={({ currentTarget }) => setFolder(currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="submit">{words.objects.copy}</button>
          <button type="button" class="quiet" onClick={() => copy(true)}>
            {words.objects.move}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
