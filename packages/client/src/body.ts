// Request bodies: strings, bytes, Blobs, and web and Node streams. A request is retried only when
// its body can be sent twice.

/** A request body. Node streams and other sources of bytes are async iterables. */
export type UploadBody =
  | string
  | Uint8Array<ArrayBuffer>
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Receives the number of bytes sent so far, and the total: undefined for a stream. */
export type ProgressListener = (sentBytes: number, totalBytes: number | undefined) => void;

/** Whether a body can be read again. */
export function isReplayable(body: UploadBody | undefined): boolean {
  // In some browsers, ReadableStream has no async iterator, so the second test alone is not enough.
  return !(body instanceof ReadableStream || Symbol.asyncIterator in Object(body));
}

/** Wraps a body in a stream that reports its progress. */
export function counted(
  body: UploadBody,
  onProgress?: ProgressListener,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const blob = isReplayable(body) ? new Blob([body as Blob]) : undefined;
  const source = blob?.stream() ?? body;
  const total = blob?.size;
  let sent = 0;
  const iterator = (source as AsyncIterable<Uint8Array<ArrayBuffer>>)[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) return controller.close();
      sent += value.length;
      controller.enqueue(value);
      onProgress?.(sent, total);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
