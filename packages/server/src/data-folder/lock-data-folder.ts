// Keeps a second store off a data folder that is being served. LMDB allows several processes to
// share a database. Two stores would however both run the background work, send each other's
// callbacks, and sign with different settings.
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { errorCode } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";

/** A lock that is held. */
export interface DataFolderLock {
  readonly release: () => Promise<void>;
}

/**
 * Locks a data folder for this process. The kernel releases the lock when the process ends, also
 * after a crash. Throws ConfigurationError when another process holds the lock. The lock is a
 * socket in Linux's abstract namespace, named after the folder's device and inode, so it holds
 * within one network namespace. On other systems the folder is not locked (decision 17).
 */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  if (process.platform !== "linux") return { release: () => Promise.resolve() };
  const { dev, ino } = await stat(folder, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  await listen(server, `\0ossicle-data-${dev}-${ino}`).catch((cause: unknown) => {
    if (errorCode(cause) !== "EADDRINUSE") throw cause;
    throw new ConfigurationError(
      [`--data ${folder} is being served by another process: stop it, or choose another folder`],
      { cause },
    );
  });
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
