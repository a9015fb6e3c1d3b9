// AppendObject: bytes behind those that an object has.
import {
  appendObject as declaration,
  type AppendObjectInput,
  type AppendObjectOutput,
} from "@ossicle/protocol";
import type { SentBody } from "./body.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** Bytes to append. */
export interface AppendObjectRequest extends AppendObjectInput, SentBody {}

/** Appends. Never repeated: after a lost answer, HeadObject tells whether it happened. */
export async function appendObject(
  connection: Connection,
  { body, signal, onProgress, ...input }: AppendObjectRequest,
): Promise<AppendObjectOutput> {
  const { response } = await send(connection, declaration, input, { body, signal, onProgress });
  return decodeOutput(declaration, response);
}
