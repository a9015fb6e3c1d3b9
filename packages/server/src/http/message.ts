// A request and a response as values: the pipeline has no sockets, so its tests need none.

/** A body as it arrives. */
export interface IncomingBody {
  /** Content-Length; undefined for a chunked body. */
  readonly lengthBytes: number | undefined;
  /** The bytes. Throws when the client goes away or is too slow. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

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
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
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
