// A request and a response as values: the pipeline has no sockets, so its tests need none.

/** A body as it arrives. */
export interface IncomingBody {
  /** Content-Length; undefined for a chunked body. */
  readonly lengthBytes: number | undefined;
  /** The bytes. Throws when the client disconnects or is too slow. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /**
   * Frees a chunk's memory at once, after its last use. Absent where other code may still use the
   * chunk; the garbage collector then frees it.
   */
  readonly free?: ((chunk: Uint8Array) => void) | undefined;
}

/** What a TLS connection has agreed on. */
export interface TlsFacts {
  /** `TLSv1.2`, for example. */
  readonly version: string;
  /** OpenSSL's name of the cipher suite. */
  readonly cipher: string;
}

/** A request. Header values are binary strings, as HTTP carries them. */
export interface RequestMessage {
  readonly method: string;
  /** The raw request target; nothing has been normalised. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: IncomingBody;
  /** Whether the client connected over TLS. */
  readonly secure?: boolean;
  /** The version and the cipher suite of a TLS connection that ends here; undefined without one. */
  readonly tls?: () => TlsFacts | undefined;
  /** Address of the client; behind trusted proxies, the forwarded address. */
  readonly clientIp: string;
  /** Whether the client has disconnected. Long work asks from time to time. */
  readonly isGone?: () => boolean;
  /** W3C `traceparent` of the request's own span; absent when tracing is off. */
  readonly traceparent?: string;
}

/** A response. */
export interface ResponseMessage {
  readonly status: number;
  /** Names and values in turn, names in OSS's own spelling. */
  readonly headers: readonly string[];
  /** Absent for an empty body. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Whether the connection closes after the answer. */
  readonly mustClose?: true;
  /** What the log and the metrics say about the request. */
  readonly facts: RequestFacts;
}

/** The facts of a finished request, for the log and the metrics. */
export interface RequestFacts {
  readonly requestId: string;
  readonly operation: string;
  readonly error?: unknown;
  /** Called after the answer was sent, where the bucket has an access log. */
  readonly onSent?: (answer: { readonly status: number; readonly tookMs: number }) => void;
}
