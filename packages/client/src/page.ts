// Sending from a page of a browser: there are no request streams over HTTP/1.1, and only XMLHttpRequest tells progress.
import { counted, isReplayable, type ProgressListener, type UploadBody } from "./body.ts";

/** Whether this is a page of a browser. */
export const inPage: boolean = typeof XMLHttpRequest === "function";

/** A request of a page. */
export interface PageRequest {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly signal?: AbortSignal | undefined;
  readonly body: UploadBody;
  readonly onProgress?: ProgressListener | undefined;
}

/** Sends a body that may be a stream, which is gathered first. Rejects as fetch does. */
export async function sendFromPage(url: string, request: PageRequest): Promise<Response> {
  const { body, signal, onProgress } = request;
  const whole = isReplayable(body) ? body : await new Response(counted(body, undefined)).blob();
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open(request.method, url);
    sending.responseType = "arraybuffer";
    for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    sending.onload = () => {
      const lines = sending.getAllResponseHeaders().trim().split("\r\n");
      const headers = lines.map((line) => line.split(": ", 2) as [string, string]);
      resolve(new Response(sending.response as ArrayBuffer, { status: sending.status, headers }));
    };
    sending.onloadend = () =>
      reject((signal?.aborted ? signal.reason : new TypeError("broken connection")) as Error);
    signal?.addEventListener("abort", () => sending.abort());
    sending.send(whole as XMLHttpRequestBodyInit);
  });
}
