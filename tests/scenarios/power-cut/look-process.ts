// A process that reads images, one after another. If an image crashes the process, the store did
// not detect the image's damage.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { look, serveAndRead } from "./look.ts";
import { folders } from "./record.ts";
import type { Findings } from "./truth.ts";

/** What to look at. */
export interface LookRequest {
  readonly image: string;
  /** Whether to serve the image as well, and read it over HTTP. */
  readonly serves: boolean;
}

/** What was found. */
export interface LookAnswer {
  readonly store: Findings;
  readonly backup: Findings | undefined;
  /** Mistakes in what the image serves over HTTP, one sentence each. */
  readonly served: readonly string[];
}

async function answer({ image, serves }: LookRequest): Promise<LookAnswer> {
  const store = await look(join(image, folders.store), "store");
  const backupFolder = join(image, folders.backup);
  const backup = existsSync(backupFolder) ? await look(backupFolder, "backup") : undefined;
  const served = serves
    ? await serveAndRead(join(image, folders.store), store).catch((cause: unknown) => [
        `it cannot be served: ${String(cause)}`,
      ])
    : [];
  return { store, backup, served };
}

process.on("message", (request: LookRequest) => {
  void answer(request).then((found) => process.send?.(found));
});
