// The service worker that makes archives. It answers only addresses below `/console/archive/`, for
// which a page of the console has just placed an order.
import { allObjects, connect, type Connection, getObject, OssError } from "@ossicle/client";
import { downloadZip } from "client-zip";
import {
  type ArchiveAsked,
  type ArchiveOrder,
  archivePath,
  type ArchiveTold,
} from "./archive-message.ts";
import { now } from "../now.ts";
import { archiveName } from "./archive-name.ts";
import { nameIn } from "./listing.ts";

/** The scope of a service worker, as much as is used: the DOM's types have none. */
interface WorkerScope {
  readonly location: { readonly origin: string };
  readonly skipWaiting: () => Promise<void>;
  readonly addEventListener: {
    (type: "install", listener: () => void): void;
    (type: "message", listener: (event: MessageEvent<ArchiveAsked>) => void): void;
    (type: "fetch", listener: (event: FetchAsked) => void): void;
  };
}

interface FetchAsked {
  readonly request: Request;
  readonly respondWith: (response: Response) => void;
}

interface Pending {
  readonly order: ArchiveOrder;
  readonly port: MessagePort;
  readonly controller: AbortController;
}

const scope = globalThis as unknown as WorkerScope;
const orders = new Map<string, Pending>();

scope.addEventListener("install", () => void scope.skipWaiting());

scope.addEventListener("message", ({ data, ports: [port] }) => {
  if (data.kind === "cancel") orders.get(data.id)?.controller.abort();
  if (data.kind !== "order" || port === undefined) return;
  orders.set(data.order.id, { order: data.order, port, controller: new AbortController() });
  tell(port, { kind: "ready" });
});

scope.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (!pathname.startsWith(archivePath)) return;
  const id = pathname.slice(archivePath.length);
  const pending = orders.get(id);
  event.respondWith(
    pending === undefined ? new Response("no such archive", { status: 404 }) : answer(pending),
  );
});

function answer({ order, port, controller }: Pending): Response {
  const { bucket, credentials, region, id } = order;
  const endpoint = `${scope.location.origin}/store`;
  const connection = connect({ endpoint, region, credentials, addressing: "path" });
  let objects = 0;
  const files = filesOf(connection, order, {
    signal: controller.signal,
    onObject: () => tell(port, { kind: "progress", objects: (objects += 1) }),
  });
  const { body } = downloadZip(files, { buffersAreUTF8: true });
  // Both ends are seen here: the last byte, and a download that is cancelled or fails.
  const watched = new TransformStream<Uint8Array, Uint8Array>({
    flush: () => {
      tell(port, { kind: "done", objects });
      orders.delete(id);
    },
  });
  void body?.pipeTo(watched.writable, { signal: controller.signal }).catch((cause: unknown) => {
    orders.delete(id);
    tell(port, { kind: "failed", message: String(cause) });
  });
  return new Response(watched.readable, {
    headers: {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="${bucket}.zip"`,
    },
  });
}

interface FileWatch {
  readonly signal: AbortSignal;
  readonly onObject: () => void;
}

interface ArchivedFile {
  readonly name: string;
  readonly input: ReadableStream<Uint8Array>;
  readonly lastModified: Date;
  readonly size: number;
}

// Objects are fetched one after another, when the archive gets to them.
async function* filesOf(
  connection: Connection,
  { bucket, prefix, keys }: ArchiveOrder,
  { signal, onObject }: FileWatch,
): AsyncGenerator<ArchivedFile> {
  const missing: string[] = [];
  for (const { key, isFolder } of keys) {
    const all = isFolder ? allObjects(connection, { bucket, prefix: key }, { signal }) : [{ key }];
    for await (const one of all) {
      if (one.key.endsWith("/")) continue; // it stands for a folder
      try {
        const found = await getObject(connection, { bucket, key: one.key }, { signal });
        const { body: input, lastModified, contentLength: size } = found;
        yield { name: archiveName(nameIn(prefix, one.key)), input, lastModified, size };
        onObject();
      } catch (cause) {
        if (!(cause instanceof OssError)) throw cause;
        missing.push(`${one.key}: ${cause.message}`);
      }
    }
  }
  // Such as a symbolic link without its target. The archive says what it lacks.
  if (missing.length > 0) yield textFile("MISSING.txt", missing.join("\n"));
}

function textFile(name: string, text: string): ArchivedFile {
  const bytes = new Blob([text]);
  return { name, input: bytes.stream(), lastModified: new Date(now()), size: bytes.size };
}

function tell(port: MessagePort, told: ArchiveTold): void {
  port.postMessage(told);
}
