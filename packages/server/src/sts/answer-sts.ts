// STS on the data port. A request to the service as a whole is for STS when it names an `Action`,
// is a form, or is signed V3. No OSS operation is like that.
import {
  escapeXml,
  type QueryParameter,
  binaryToText,
  queryValue,
  splitTarget,
  xmlDocument,
} from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import { identityOf } from "../authenticate/identity.ts";
import type { AccessKey } from "../accounts/identity.ts";
import type { BudgetShare } from "../memory/byte-budget.ts";
import type { Memory } from "../memory/memory.ts";
import type { StorageServices } from "../objects/records/storage-services.ts";
import { gatherBody } from "../http/gather-body.ts";
import type { RequestMessage, ResponseMessage } from "../http/message.ts";
import { commonHeaders, type ResponseContext } from "../http/respond-error.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import { isAcs3, verifyAcs3 } from "./acs3.ts";
import { assumeRole } from "./assume-role.ts";
import { RpcError, type RpcParameters, verifyRpc } from "./rpc.ts";
import { useNonce } from "./use-nonce.ts";

/**
 * Longest form body in bytes. OSS documents no limit. We chose enough for a percent-encoded policy
 * of 2,048 characters and the other parameters.
 */
const maxFormBytes = 65_536;

/** Whether a request is for STS. */
export function isStsRequest(
  { method, headers }: RequestMessage,
  { readings, target }: RoutedRequest,
): boolean {
  if (readings[0].reading.bucket !== undefined) return false;
  if (isAcs3({ headers })) return method === "GET" || method === "POST";
  if (method === "GET") return queryValue(target.query, "Action") !== undefined;
  const type = headers["content-type"] ?? "";
  const isForm = type.toLowerCase().startsWith("application/x-www-form-urlencoded");
  return method === "POST" && (isForm || queryValue(target.query, "Action") !== undefined);
}

/** What STS needs. */
export interface StsServices extends Pick<StorageServices, "clock" | "metadata"> {
  readonly accounts: Accounts;
  readonly memory: Memory;
}

/** Answers a request to STS. */
export async function answerSts(
  services: StsServices,
  context: ResponseContext,
  query: readonly QueryParameter[],
): Promise<ResponseMessage> {
  const { message } = context;
  const { method, headers } = message;
  const isV3 = isAcs3(message);
  const parameters = new Map<string, string>(isV3 ? [["Format", "JSON"]] : []);
  try {
    for (const { name, value } of query) parameters.set(binaryToText(name), binaryToText(value));
    const body = await readForm(message, services.memory);
    const form = new URLSearchParams(body.toString());
    for (const [name, value] of form) parameters.set(name, value);
    if (isV3) parameters.set("Action", headers["x-acs-action"] ?? "");
    const { accounts, clock, metadata } = services;
    const nowMs = clock();
    requireAction(parameters);
    const caller = isV3
      ? await verifyAcs3(accounts, { method, headers, query, body }, nowMs)
      : await verifyEither(accounts, { parameters, message, nowMs });
    const nonce =
      (isV3 ? headers["x-acs-signature-nonce"] : parameters.get("SignatureNonce")) ?? "";
    await useNonce(metadata, { accessKeyId: caller.accessKeyId, nonce, nowMs });
    const { facts } = identityOf(caller, { message, query, region: "", nowMs });
    const result = assumeRole(accounts.box, { caller, parameters, facts, nowMs });
    return respond({ context, parameters, status: 200, root: "AssumeRoleResponse" }, result);
  } catch (cause) {
    if (!(cause instanceof RpcError)) throw cause;
    const { status, code, message: text } = cause;
    const facts = { HostId: message.headers["host"] ?? "", Code: code, Message: text };
    return respond({ context, parameters, status, root: "Error" }, facts);
  }
}

interface SignedForm {
  /** Verification changes these to the reading that the sender signed. */
  readonly parameters: Map<string, string>;
  readonly message: RequestMessage;
  readonly nowMs: number;
}

// A plus sign in a query may stand for itself, or for a blank as in forms. It is unknown which one
// Alibaba Cloud reads. The signature shows which one the sender meant.
async function verifyEither(
  accounts: Accounts,
  { parameters, message, nowMs }: SignedForm,
): Promise<AccessKey> {
  const { method, target } = message;
  try {
    return await verifyRpc(accounts, { method, parameters, nowMs });
  } catch (cause) {
    const [, query = ""] = splitTarget(target);
    if (!query.includes("+")) throw cause;
    const withBlanks = new Map(parameters);
    for (const [name, value] of new URLSearchParams(query)) withBlanks.set(name, value);
    const caller = await verifyRpc(accounts, { method, parameters: withBlanks, nowMs }).catch(
      () => undefined,
    );
    if (caller === undefined) throw cause;
    for (const [name, value] of withBlanks) parameters.set(name, value);
    return caller;
  }
}

function requireAction(parameters: RpcParameters): void {
  if (parameters.get("Action") === "AssumeRole") return;
  throw new RpcError(404, "InvalidAction.NotFound", "Specified api is not found.");
}

// The signature is in the form itself, so its bytes are not verified while they are read.
async function readForm({ method, body }: RequestMessage, { unverified }: Memory): Promise<Buffer> {
  if (method !== "POST") return Buffer.alloc(0);
  let size = 0;
  let share: BudgetShare | undefined;
  const stopped = new Promise<never>((_, reject) => {
    share = unverified.open(() => reject(unavailable()));
  });
  try {
    return await gatherBody(body.chunks, {
      onChunk: ({ length }) => {
        size += length;
        if (size > maxFormBytes) {
          throw new RpcError(400, "RequestTooLarge", "The form is too large.");
        }
        share?.hold(size);
      },
      stopped,
    });
  } finally {
    share?.release();
  }
}

function unavailable(): RpcError {
  return new RpcError(503, "ServiceUnavailable", "The server has too many bytes in memory.");
}

interface Answer {
  readonly context: ResponseContext;
  readonly parameters: RpcParameters;
  readonly status: number;
  readonly root: string;
}

function respond({ context, parameters, status, root }: Answer, content: object): ResponseMessage {
  const { requestId } = context;
  const whole = { RequestId: requestId, ...content };
  const isJson = parameters.get("Format")?.toUpperCase() === "JSON";
  const text = isJson ? JSON.stringify(whole) : xmlDocument(root, elements(whole));
  const body = Buffer.from(text);
  const headers = [
    ...commonHeaders(context),
    "Content-Type",
    isJson ? "application/json" : "application/xml",
    "Content-Length",
    String(body.length),
  ];
  return { status, headers, body, facts: { requestId, operation: "AssumeRole" } };
}

function elements(value: object): string {
  return Object.entries(value)
    .map(([name, one]) => {
      const text = typeof one === "object" && one !== null ? elements(one) : escapeXml(String(one));
      return `<${name}>${text}</${name}>`;
    })
    .join("");
}
