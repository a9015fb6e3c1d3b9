// UploadPart: the bytes of one part.
import {
  uploadPart as declaration,
  type UploadPartInput,
  type UploadPartOutput,
} from "@ossicle/protocol";
import type { UploadBody } from "./body.ts";
import type { UploadOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** A part to send. */
export interface UploadPartRequest extends UploadPartInput {
  readonly body: UploadBody;
}

/** Sends a part. A part that is sent again replaces the one of the same number. */
export async function uploadPart(
  connection: Connection,
  { body, ...input }: UploadPartRequest,
  options: UploadOptions = {},
): Promise<WithRequestId<UploadPartOutput>> {
  const { response, requestId } = await send(connection, declaration, input, { ...options, body });
  return { ...decodeOutput(declaration, response), requestId };
}
