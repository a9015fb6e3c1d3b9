// Calls any operation that neither sends nor returns the bytes of an object.
import {
  decodeDocument,
  encodeDocument,
  type Operation,
  parseXml,
  wholeBodyOf,
  type XmlElement,
} from "@ossicle/protocol";
import type { CallOptions, WithRequestId } from "./call-options.ts";
import type { Connection } from "./connection.ts";
import { decodeOutput, send } from "./send.ts";

/**
 * Calls an operation and decodes its output. Throws OssError when the store refuses it, TypeError
 * for a member that the operation does not have, and Error for an answer that is not the
 * operation's document.
 */
export async function call<Input extends object, Output extends object>(
  connection: Connection,
  operation: Operation<Input, Output>,
  input: Input,
  options: CallOptions = {},
): Promise<WithRequestId<Output>> {
  const { inputRoot } = operation;
  const refuseUnknown = operation.inputOpen !== true;
  const { response, bytes, requestId } = await send(connection, operation, input, {
    ...options,
    ...(inputRoot === undefined
      ? wholeBody(operation, input)
      : { document: encodeDocument(operation.input, input, inputRoot, { refuseUnknown }) }),
    // After a lost answer, a retry would be refused because the first request has created the key.
    ...(forbidsOverwriting(input) && { repeatable: false }),
  });
  const output = decodeOutput(operation, response);
  const text = new TextDecoder().decode(bytes);
  const whole = wholeBodyOf(operation.output);
  if (whole !== undefined) {
    return { ...output, [whole]: text, requestId };
  }
  const document = readDocument(operation, text);
  return document === undefined
    ? { ...output, requestId }
    : { ...output, ...decodeDocument(operation.output, document), requestId };
}

// The field that is the whole body, such as a policy's JSON.
function wholeBody<Input extends object>(
  operation: Operation<Input, object>,
  input: Input,
): { readonly document?: string } {
  const whole = wholeBodyOf(operation.input);
  // The declaration gives this place to texts only.
  const fields = input as Readonly<Record<string, string>>;
  return whole === undefined ? {} : { document: fields[whole] ?? "" };
}

// Throws when the answer is not the expected document, so that it is not read as an empty page.
function readDocument(
  {
    name,
    outputRoot,
    outputRequired,
  }: Pick<Operation<never, unknown>, "name" | "outputRoot" | "outputRequired">,
  text: string,
): XmlElement | undefined {
  if (outputRoot === undefined) return undefined;
  if (text === "" && outputRequired !== true) return undefined;
  let found: XmlElement | undefined;
  let cause: unknown;
  try {
    found = parseXml(text);
  } catch (failure) {
    cause = failure;
  }
  if (found?.name === outputRoot) return found;
  throw new Error(`answer to ${name} is not a ${outputRoot}`, { cause });
}

function forbidsOverwriting(input: unknown): boolean {
  return (input as { readonly forbidOverwrite?: boolean }).forbidOverwrite === true;
}
