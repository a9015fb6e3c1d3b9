// Request bodies: everything that fetch takes, and Node streams; whether one can be sent twice
// decides about retries.

/** What can be uploaded. A Node stream and any other source of bytes is an async iterable. */
export type UploadBody =
  | string
  | Uint8Array<ArrayBuffer>
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Told how many bytes have gone out, and how many there are where that is known. */
export type ProgressListener = (sentBytes: number, totalBytes: number | undefined) => void;

/** Whether a body can be read again. */
export function isReplayable(body: UploadBody | undefined): boolean {
  // Streams of some browsers cannot be iterated.
  return !(body instanceof ReadableStream || Symbol.asyncIterator in Object(body));
}

/** A body as a stream that tells how far it is. */
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
