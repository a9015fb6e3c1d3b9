// The lock of a recovery: a socket in Linux's abstract namespace, which the kernel frees when its
// process ends (docs/decisions/0017). On other systems a recovery is not locked.
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { errorCode } from "../error-facts.ts";

/**
 * Runs `work` under the lock of a folder's recovery. Returns undefined while another process holds
 * the lock.
 */
export async function withRecoveryLock<T>(
  folder: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (process.platform !== "linux") return work();
  const { dev, ino } = statSync(folder, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path: `\0ossicle-recovery-${dev}-${ino}`, exclusive: true }, resolve);
    });
  } catch (cause) {
    if (errorCode(cause) !== "EADDRINUSE") throw cause;
    return undefined;
  }
  try {
    return await work();
  } finally {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}
