// Sends bodies with XMLHttpRequest where it exists: in pages and workers of browsers. There, fetch
// has no request streams over HTTP/1.1 and reports no upload progress. XMLHttpRequest follows
// redirects; for fetch, this package turns that off.
import { counted, isReplayable, type ProgressListener, type UploadBody } from "./body.ts";

/** Whether this runtime has XMLHttpRequest, as browsers do. */
export const inBrowser: boolean = "XMLHttpRequest" in globalThis;

/** A request with a body. */
export interface BrowserRequest {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  /** A signal of this request alone: its listener is never removed. */
  readonly signal: AbortSignal;
  readonly body: UploadBody;
  readonly onProgress?: ProgressListener | undefined;
}

/** Sends a request. Reads a stream into memory first. Rejects as fetch does. */
export async function sendFromBrowser(url: string, request: BrowserRequest): Promise<Response> {
  const { body, signal, onProgress } = request;
  const whole = isReplayable(body) ? body : await gathered(body, signal);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open(request.method, url);
    sending.responseType = "blob";
    for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    sending.onloadend = () => {
      const { status, response } = sending;
      if (status === 0) return reject(signal.aborted ? signal.reason : new TypeError("no answer"));
      const lines = sending.getAllResponseHeaders().matchAll(/^(.+?): ?(.*)$/gm);
      const headers = [...lines].map((line) => line.slice(1) as [string, string]);
      resolve(new Response(response as Blob, { status, headers }));
    };
    signal.addEventListener("abort", () => sending.abort());
    sending.send(whole as XMLHttpRequestBodyInit);
  });
}

async function gathered(body: UploadBody, signal: AbortSignal): Promise<Blob> {
  const stream = body instanceof ReadableStream ? body : counted(body);
  try {
    return await new Response(stream.pipeThrough(new TransformStream(), { signal })).blob();
  } catch (cause) {
    signal.throwIfAborted();
    throw cause;
  }
}
