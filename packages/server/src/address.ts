// Where a server is reached.

/** Where the server is reached; known only once it listens. */
export interface Address {
  readonly url: string;
  readonly listenUrl?: string;
}
