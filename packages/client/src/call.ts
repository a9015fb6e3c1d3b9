// Calls any operation that has no stream of its own.
import {
  decodeDocument,
  encodeDocument,
  type Operation,
  parseXml,
  type XmlElement,
} from "@ossicle/protocol";
import type { CallOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/**
 * Calls an operation and decodes its output. Throws OssError, TypeError for a member that the
 * operation does not have, and Error for an answer that is none of the operation's.
 */
export async function call<Input extends object, Output extends object>(
  connection: Connection,
  operation: Operation<Input, Output>,
  input: Input,
  options: CallOptions = {},
): Promise<WithRequestId<Output>> {
  const { inputRoot } = operation;
  // Entries of a listing may be deleted as they are.
  const refuseUnknown = operation.name !== "DeleteMultipleObjects";
  const { response, bytes, requestId } = await send(connection, operation, input, {
    ...options,
    ...(inputRoot === undefined
      ? {}
      : { document: encodeDocument(operation.input, input, inputRoot, { refuseUnknown }) }),
    // Repeated after a lost answer, it would be refused because of itself.
    ...(forbidsOverwriting(input) && { repeatable: false }),
  });
  const output = decodeOutput(operation, response);
  const document = readDocument(operation, new TextDecoder().decode(bytes));
  return document === undefined
    ? { ...output, requestId }
    : { ...output, ...decodeDocument(operation.output, document), requestId };
}

// An empty page must not be made of an answer that is no list.
function readDocument(
  { name, outputRoot }: { readonly name: string; readonly outputRoot?: string | undefined },
  text: string,
): XmlElement | undefined {
  if (outputRoot === undefined) return undefined;
  if (text === "" && !name.startsWith("List")) return undefined;
  let found: XmlElement | undefined;
  let cause: unknown;
  try {
    found = parseXml(text);
  } catch (failure) {
    cause = failure;
  }
  if (found?.name === outputRoot) return found;
  throw new Error(`the answer to ${name} is no ${outputRoot}`, { cause });
}

function forbidsOverwriting(input: unknown): boolean {
  return (input as { readonly forbidOverwrite?: boolean }).forbidOverwrite === true;
}
