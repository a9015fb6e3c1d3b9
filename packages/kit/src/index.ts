// @ossicle/kit: makes upload tickets and verifies callbacks in application servers.
export type { CallbackVariables } from "./callback-variables.ts";
export { createUploadTicket, type TicketRequest, type UploadTicket } from "./create-ticket.ts";
export {
  type Claim,
  type DeliveryStore,
  type MemoryDeliveryOptions,
  MemoryDeliveryStore,
} from "./delivery-store.ts";
export { explainRefusal } from "./explain-refusal.ts";
export { explainCallback, type Explanation } from "./explain-callback.ts";
export {
  expressCallback,
  fastifyCallback,
  type FastifyLike,
  type KoaContext,
  koaCallback,
  nodeCallback,
  type NodeRequest,
  type NodeResponse,
} from "./frameworks/node.ts";
export { honoCallback, webCallback } from "./frameworks/web.ts";
export { type AdapterOptions, type CallbackHandler, handleCallback } from "./handle-callback.ts";
export { accept, type CallbackReply, refuse } from "./reply.ts";
export {
  type RefusalReason,
  type Verification,
  type VerifiedCallback,
  verifyCallback,
  type VerifyOptions,
} from "./verify-callback.ts";
export type { ReceivedCallback } from "./received-callback.ts";
export {
  defaultToleranceSeconds,
  refetchSeconds,
  verifyWebhook,
  type WebhookKeySet,
  type WebhookOptions,
  type WebhookRefusal,
  type WebhookVerification,
} from "./verify-webhook.ts";
export type { AnyHeaders } from "./header-finder.ts";
export { typedCallback, type TypedHandler } from "./typed-callback.ts";
export {
  alibabaKeyUrls,
  AnswerInvalidError,
  type CallbackBodyType,
  type CallbackRequest,
  type CallbackTarget,
  defineCallback,
  type DefinedCallback,
  encodeCallbackParameters,
  type EncodedCallback,
  type RefusalExplanation,
  type StandardSchema,
  type SystemVariable,
} from "@ossicle/protocol";
