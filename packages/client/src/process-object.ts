// ProcessObject: stores a processed image as an object.
import { processObject as declaration, type ProcessObjectInput } from "@ossicle/protocol";
import type { CallOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { send } from "./send.ts";

/** What was stored. */
export interface SavedImage {
  /** Empty when the process named no bucket. */
  readonly bucket: string;
  /** The key. */
  readonly object: string;
  /** Size in bytes. */
  readonly fileSize: number;
  readonly status: string;
}

/** Stores a processed image as an object, which gets the ACL of its bucket. */
export async function processObject(
  connection: Connection,
  input: ProcessObjectInput,
  options: CallOptions = {},
): Promise<WithRequestId<SavedImage>> {
  const body = `x-oss-process=${input.process}`;
  const sent = await send(connection, declaration, input, { ...options, body });
  const saved = JSON.parse(new TextDecoder().decode(sent.bytes)) as SavedImage;
  return { ...saved, requestId: sent.requestId };
}
