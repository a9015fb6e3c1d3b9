// An S3 store in memory, for faults that a real store cannot be told to have.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A request, and how to answer it. */
export interface StandInRequest {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  /** Answers as the store would. */
  readonly serve: () => void;
  /** The port of the endpoint that got the request. */
  readonly port: number;
}

/** Called for every request; must answer it, or call `serve`. */
export type Trouble = (request: StandInRequest) => void;

/** A store with several endpoints. */
export interface S3StandIn {
  readonly address: string;
  readonly ports: readonly number[];
  /** The objects, by key without the bucket. */
  readonly objects: Map<string, Buffer>;
  /** Multipart uploads that are neither complete nor abandoned: parts by number, by id. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  trouble: Trouble;
  readonly stop: () => Promise<void>;
}

/** Starts a store. */
export async function startS3StandIn(endpoints = 2): Promise<S3StandIn> {
  const servers: Server[] = [];
  const store: { -readonly [K in keyof S3StandIn]: S3StandIn[K] } = {
    address: "",
    ports: [],
    objects: new Map(),
    uploads: new Map(),
    trouble: ({ serve }) => {
      serve();
    },
    stop: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await Promise.all(servers.filter((one) => one.listening).map((one) => once(one, "close")));
    },
  };
  for (let count = 0; count < endpoints; count += 1) {
    const server = createServer((request, response) => void handle(store, { request, response }));
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  store.ports = servers.map((server) => (server.address() as AddressInfo).port);
  const hosts = store.ports.map((port) => `127.0.0.1:${port}`).join(",");
  store.address = `s3://id:secret@${hosts}?bucket=bucket&tls=off`;
  return store;
}

async function handle(
  store: S3StandIn,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? "", "http://store");
  const key = pathname.slice("/bucket/".length);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return; // the client has gone
  }
  const body = Buffer.concat(chunks);
  const { method = "" } = request;
  const serve = (): void => {
    if (createHash("sha256").update(body).digest("hex") !== request.headers["x-amz-content-sha256"])
      return refuse(response, 400, "XAmzContentSHA256Mismatch");
    answer(store, { method, key, query, body, range: request.headers.range, response });
  };
  const port = request.socket.localPort ?? 0;
  store.trouble({ method, key, query, response, serve, port });
}

interface Served {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly range: string | undefined;
  readonly response: ServerResponse;
}

function answer(store: S3StandIn, served: Served): void {
  const { method, key, query, response } = served;
  if (query.has("uploads") || query.has("uploadId")) answerUpload(store, served);
  else if (key === "") answerList(store, served);
  else if (method === "PUT") {
    store.objects.set(key, served.body);
    response.setHeader("etag", '"e"').end();
  } else if (method === "DELETE") {
    store.objects.delete(key);
    response.writeHead(204).end();
  } else answerObject(store, served);
}

function answerObject({ objects }: S3StandIn, { method, key, range, response }: Served): void {
  const object = objects.get(key);
  if (object === undefined) return refuse(response, 404, "NoSuchKey");
  if (method === "HEAD" || range === undefined) {
    response.setHeader("content-length", object.length).end(method === "HEAD" ? "" : object);
    return;
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const part = object.subarray(Number(first), Number(last) + 1);
  if (part.length === 0) return refuse(response, 416, "InvalidRange");
  const end = Number(first) + part.length - 1;
  response.writeHead(206, {
    "content-range": `bytes ${first}-${end}/${object.length}`,
    "content-length": part.length,
  });
  response.end(part);
}

function answerUpload(store: S3StandIn, { method, key, query, body, response }: Served): void {
  if (method === "GET") {
    const prefix = query.get("prefix") ?? "";
    const found = [...store.uploads.keys()].filter((id) => id.startsWith(prefix));
    const uploads = found.map(
      (id) => `<Upload><Key>${id.split(".")[0]}</Key><UploadId>${id}</UploadId></Upload>`,
    );
    response.end(`<ListMultipartUploadsResult>${uploads.join("")}</ListMultipartUploadsResult>`);
    return;
  }
  if (query.has("uploads")) {
    const id = `${key}.${randomUUID()}`;
    store.uploads.set(id, new Map());
    response.end(
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
    return;
  }
  const id = query.get("uploadId") ?? "";
  const parts = store.uploads.get(id);
  if (parts === undefined) return refuse(response, 404, "NoSuchUpload");
  if (method === "PUT") {
    parts.set(Number(query.get("partNumber")), body);
    response.setHeader("etag", `"${query.get("partNumber")}"`).end();
    return;
  }
  if (method === "DELETE") {
    store.uploads.delete(id);
    response.writeHead(204).end();
    return;
  }
  const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, one]) =>
    Number(one),
  );
  const bytes = numbers.map((one) => parts.get(one)).filter((one) => one !== undefined);
  if (bytes.length < numbers.length) return refuse(response, 400, "InvalidPart");
  store.uploads.delete(id);
  store.objects.set(key, Buffer.concat(bytes));
  response.end("<CompleteMultipartUploadResult/>");
}

function answerList({ objects }: S3StandIn, { query, response }: Served): void {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()].filter((key) => key > after).sort();
  const page = keys.slice(0, Number(query.get("max-keys")));
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`,
  );
  const token =
    page.length < keys.length
      ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>`
      : "";
  response.end(`<ListBucketResult>${contents.join("")}${token}</ListBucketResult>`);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
}
