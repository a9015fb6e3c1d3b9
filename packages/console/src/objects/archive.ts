// Downloads many objects as one ZIP archive. A service worker makes it while it is downloaded, so
// that it need not fit into memory.
import type { Credentials } from "@ossicle/protocol";
import { openDownload } from "../parts/open-download.ts";
import { region } from "../store.ts";
import { type ArchiveAsked, archivePath, type ArchiveTold } from "./archive-message.ts";
import type { ChangeWatch } from "./change-objects.ts";
import type { Row } from "./listing.ts";

/** What is downloaded. */
export interface ArchiveRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly rows: readonly Row[];
  readonly credentials: Credentials;
}

/**
 * How often the page speaks to the worker, in milliseconds: browsers stop a worker that gets no
 * event for about 30 seconds.
 */
const aliveMs = 5_000;

/** Longest wait for the worker's first message, in milliseconds. */
const readyMs = 10_000;

/** Downloads the archive. Resolves when the last byte has been handed to the browser. */
export async function downloadArchive(
  { bucket, prefix, rows, credentials }: ArchiveRequest,
  { onProgress, signal }: ChangeWatch,
): Promise<void> {
  const worker = await startedWorker();
  signal.throwIfAborted();
  const id = crypto.randomUUID();
  const { port1: port, port2: given } = new MessageChannel();
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const key = {
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
  };
  const keys = rows.map(({ key: name, kind }) => ({ key: name, isFolder: kind === "folder" }));
  const order = { id, bucket, prefix, keys, credentials: key, region };
  const say = (asked: ArchiveAsked): void => worker.postMessage(asked);
  const timer = setInterval(() => say({ kind: "alive" }), aliveMs);
  const cancel = (): void => say({ kind: "cancel", id });
  signal.addEventListener("abort", cancel);
  let frame: HTMLIFrameElement | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      port.onmessage = ({ data }: MessageEvent<ArchiveTold>) => {
        if (data.kind === "ready") frame = openDownload(archivePath + id);
        if (data.kind === "progress" || data.kind === "done") onProgress(data.objects);
        if (data.kind === "done") resolve();
        if (data.kind === "failed") reject(new Error(data.message));
      };
      // A worker that has been stopped does not answer any more.
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      setTimeout(() => {
        if (frame === undefined) reject(new Error("the service worker does not answer"));
      }, readyMs);
      worker.postMessage({ kind: "order", order } satisfies ArchiveAsked, [given]);
    });
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", cancel);
    port.close();
    frame?.remove();
  }
}

async function startedWorker(): Promise<ServiceWorker> {
  await navigator.serviceWorker.register("/console/archive-worker.js", { scope: "/console/" });
  const { active } = await navigator.serviceWorker.ready;
  if (active === null) throw new Error("the service worker does not start");
  return active;
}
