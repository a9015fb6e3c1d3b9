// Makes sure that every node has the same folder of blobs. A node whose shared folder is not
// mounted would write large bodies to its own disk, where no other node finds them.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, makeFolder, type MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { holdsFiles } from "./require-blobs.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { serverRecords } from "../objects/records/key-space.ts";
import { keepOnce } from "./keep-once.ts";

/** The file in a shared folder of blobs that names it. */
const markName = "ossicle-blobs";

/**
 * Compares the mark of a shared folder of blobs with the database's, and makes both on the first
 * start. Throws ConfigurationError when the folder is not the one that the store uses.
 */
export async function requireSharedBlobs(metadata: MetadataStore, folder: string): Promise<void> {
  await makeFolder(folder);
  const file = join(folder, markName);
  const key = serverRecords.key("blobs-mark");
  const [entry] = await metadata.getMany([key]);
  const mark = await readFile(file, "utf8").catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw cause;
  });
  if (entry !== undefined) {
    if (serverRecords.decode("blobs-mark", entry.value).id === mark) return;
    throw new ConfigurationError([
      `--blobs ${folder} is not the folder that this store uses: mount that one on every node`,
    ]);
  }
  if (await holdsFiles(folder)) {
    throw new ConfigurationError([`--blobs ${folder} holds the blobs of another store`]);
  }
  // A start that ends here leaves a mark, which the next start adopts.
  const { text: id } = await keepOnce(file, randomUUID());
  await commitOnce(metadata, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("blobs-mark", { id }) }],
    deletes: [],
  });
  await requireSharedBlobs(metadata, folder); // another node may have been first
}
