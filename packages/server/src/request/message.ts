// A request and a response as values: the pipeline knows no sockets, so its tests need none.
import type { IncomingBody } from "../objects/ingest.ts";
import type { ObjectBytes } from "../objects/read-object.ts";

/** A request. Header values are binary strings, as HTTP carries them. */
export interface RequestMessage {
  readonly method: string;
  /** The raw request target; nothing has been normalised. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: IncomingBody;
  /** Whether it came by TLS. */
  readonly secure?: boolean;
  /** Address of the client, behind trusted proxies its forwarded one. */
  readonly clientIp: string;
  /** Of the request's own span; absent when traces are off. */
  readonly traceparent?: string;
}

/** A response. */
export interface ResponseMessage {
  readonly status: number;
  /** Names and values in turn, names in OSS's own spelling. */
  readonly headers: readonly string[];
  /** Absent for an empty body. */
  readonly body?: ObjectBytes;
  /** Whether the connection closes behind the answer. */
  readonly mustClose?: true;
  /** What the log and the metrics say about the request. */
  readonly facts: RequestFacts;
}

/** What is known about a request when it is over. */
export interface RequestFacts {
  readonly requestId: string;
  readonly operation: string;
  readonly error?: unknown;
}
