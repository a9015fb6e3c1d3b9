// UploadPart and AppendObject: operations that send bytes and have no callback.
import {
  appendObject as appendDeclaration,
  type AppendObjectInput,
  type AppendObjectOutput,
  uploadPart as declaration,
  type UploadPartInput,
  type UploadPartOutput,
} from "@ossicle/protocol";
import type { ProgressListener, UploadBody } from "./body.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** A body and how it is sent. */
interface WithBody {
  readonly body: UploadBody;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

/** A part to send. */
export interface UploadPartRequest extends UploadPartInput, WithBody {}

/** Sends a part. A part may be sent again: the last one of a number counts. */
export async function uploadPart(
  connection: Connection,
  { body, signal, onProgress, ...input }: UploadPartRequest,
): Promise<UploadPartOutput> {
  const { response } = await send(connection, declaration, input, { body, signal, onProgress });
  return decodeOutput(declaration, response);
}

/** Bytes to append. */
export interface AppendObjectRequest extends AppendObjectInput, WithBody {}

/** Appends. Never repeated: after a lost answer, HeadObject tells whether it happened. */
export async function appendObject(
  connection: Connection,
  { body, signal, onProgress, ...input }: AppendObjectRequest,
): Promise<AppendObjectOutput> {
  const options = { body, signal, onProgress, repeatable: false };
  const { response } = await send(connection, appendDeclaration, input, options);
  return decodeOutput(appendDeclaration, response);
}
