// AppendObject: adds bytes to the end of an appendable object.
import {
  appendObject as declaration,
  type AppendObjectInput,
  type AppendObjectOutput,
} from "@ossicle/protocol";
import type { UploadBody } from "./body.ts";
import type { UploadOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** Bytes to append. */
export interface AppendObjectRequest extends AppendObjectInput {
  readonly body: UploadBody;
}

/**
 * Appends bytes. Never retried: after a lost answer, call HeadObject to see whether the bytes were
 * appended.
 */
export async function appendObject(
  connection: Connection,
  { body, ...input }: AppendObjectRequest,
  options: UploadOptions = {},
): Promise<WithRequestId<AppendObjectOutput>> {
  const { response, requestId } = await send(connection, declaration, input, { ...options, body });
  return { ...decodeOutput(declaration, response), requestId };
}
