// GetObject: the object's headers, and its body as a stream or all at once.
import {
  getObject as declaration,
  type GetObjectInput,
  type GetObjectOutput,
} from "@ossicle/protocol";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** A download. */
export interface GetObjectRequest extends GetObjectInput {
  readonly signal?: AbortSignal;
}

/** What a download came to. Read the body once, by one of the three. */
export interface GetObjectResult extends GetObjectOutput {
  readonly requestId: string | undefined;
  readonly body: ReadableStream<Uint8Array>;
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly text: () => Promise<string>;
}

/** Reads an object, or a range of it. */
export async function getObject(
  connection: Connection,
  request: GetObjectRequest,
): Promise<GetObjectResult> {
  const { signal, ...input } = request;
  const { response, requestId } = await send(connection, declaration, input, {
    signal,
    streams: true,
  });
  const output = decodeOutput(declaration, response);
  return {
    ...output,
    requestId,
    body: response.body ?? new Blob([]).stream(),
    bytes: async () => new Uint8Array(await response.arrayBuffer()),
    text: () => response.text(),
  };
}
