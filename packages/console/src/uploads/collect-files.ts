// The files that a person drops or chooses, with their paths below what was dropped.

/** A file with its path, such as `photos/2026/a.jpg`. */
export interface ChosenFile {
  readonly path: string;
  readonly file: File;
}

/** Files of an `<input type="file">`, with the folder that was chosen. */
export function filesOf(input: HTMLInputElement): readonly ChosenFile[] {
  return [...(input.files ?? [])].map((file) => ({
    path: file.webkitRelativePath || file.name,
    file,
  }));
}

/**
 * Files that were dropped, with all that their folders hold. It must be called while the event is
 * handled: afterwards, its items are empty (HTML standard, drag data store).
 */
export function droppedFiles({ items }: DataTransfer): Promise<readonly ChosenFile[]> {
  const found = [...items].map((item): Promise<readonly ChosenFile[]> => {
    const entry = item.webkitGetAsEntry();
    if (entry !== null) return filesBelow(entry);
    const file = item.getAsFile(); // of a file that is on no disk, such as a picture of a page
    return Promise.resolve(file === null ? [] : [{ path: file.name, file }]);
  });
  return Promise.all(found).then((all) => all.flat());
}

async function filesBelow(entry: FileSystemEntry): Promise<readonly ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: ChosenFile[] = [];
  // A reader gives some entries at a time, and none at its end (File and Directory Entries API).
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesBelow(one)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
