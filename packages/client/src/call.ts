// Calls any operation that has no stream of its own.
import { decodeDocument, encodeDocument, type Operation, parseXml } from "@ossicle/protocol";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/** What every call may be given. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Calls an operation and decodes its output. Throws OssError. */
export async function call<Input, Output extends object>(
  connection: Connection,
  operation: Operation<Input, Output>,
  input: Input,
  options: CallOptions = {},
): Promise<Output & { readonly requestId: string | undefined }> {
  const { inputRoot } = operation;
  const { response, requestId } = await send(connection, operation, input, {
    ...options,
    ...(inputRoot === undefined
      ? {}
      : { document: encodeDocument(operation.input, input, inputRoot) }),
    // Repeated after a lost answer, these would fail against themselves.
    repeatable: !unrepeatable.test(operation.name) && !forbidsOverwriting(input),
  });
  const text = operation.outputRoot === undefined ? "" : await response.text();
  const output = decodeOutput(operation, response);
  return text === ""
    ? { ...output, requestId }
    : { ...output, ...decodeDocument(operation.output, parseXml(text)), requestId };
}

const unrepeatable =
  /^(?:DeleteBucket|InitiateMultipartUpload|AbortMultipartUpload|RestoreObject|CleanRestoredObject)$/;

function forbidsOverwriting(input: unknown): boolean {
  return (input as { readonly forbidOverwrite?: boolean }).forbidOverwrite === true;
}
