// A process that looks at images, one after another: an image that brings it down has been damaged
// unnoticed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { look, serveAndRead } from "./look.ts";
import { folders } from "./record.ts";
import type { Findings } from "./truth.ts";

/** What to look at. */
export interface LookRequest {
  readonly image: string;
  /** Whether the image is served and asked over HTTP, too. */
  readonly serves: boolean;
}

/** What was found. */
export interface LookAnswer {
  readonly store: Findings;
  readonly backup: Findings | undefined;
  /** What is wrong with what it serves. */
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
