// UploadPart: the bytes of one part.
import {
  uploadPart as declaration,
  type UploadPartInput,
  type UploadPartOutput,
} from "@ossicle/protocol";
import type { SentBody } from "./body.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** A part to send. */
export interface UploadPartRequest extends UploadPartInput, SentBody {}

/** Sends a part. A part may be sent again: the last one of a number counts. */
export async function uploadPart(
  connection: Connection,
  { body, signal, onProgress, ...input }: UploadPartRequest,
): Promise<UploadPartOutput> {
  const { response } = await send(connection, declaration, input, { body, signal, onProgress });
  return decodeOutput(declaration, response);
}
