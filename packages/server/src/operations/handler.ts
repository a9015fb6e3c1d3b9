// The type of a handler: its context, its result, and the table with one handler for every
// operation.
import type { Operation, OperationName, Operations } from "@ossicle/protocol";
import type { Identity } from "../accounts/identity.ts";
import type { CallbackPlan } from "../callback/plan.ts";
import type { PendingDelivery } from "../callback/prepare-delivery.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
import type { Head } from "../objects/records/head.ts";
import type { ObjectBytes } from "../objects/bytes/read-object.ts";
import type { RequestMessage } from "../http/message.ts";
import type { OperationServices } from "./operation-services.ts";

/** The context that every handler receives beside its input. */
export interface ServiceContext {
  readonly services: OperationServices;
  readonly message: RequestMessage;
  readonly requestId: string;
  readonly identity: Identity;
  /** `host:port` under which clients reach this store. */
  readonly endpoint: string;
  readonly scheme: "http" | "https";
  /** Whether the request named the bucket in its host. */
  readonly byHost: boolean;
  /** The records that were read before authorisation. */
  readonly found: FoundVersion;
}

/** The context of handlers for existing buckets and their objects. */
export interface BucketContext extends ServiceContext {
  readonly bucket: Bucket;
  /** The key's current version, at object level. */
  readonly head: Head | undefined;
  /** The version that the request names by its id; without an id, the current version. */
  readonly version: Head | undefined;
  /** The callback of this request, already checked; undefined without one. */
  readonly callback: CallbackPlan | undefined;
}

/** The result of a handler. */
export interface Result<Output> {
  readonly output: Output;
  /**
   * Replaces the declaration's status: 206 for a range, 202 for a restore that has begun, the
   * status that a form requests, or that of a website's redirect or error page.
   */
  readonly status?: number;
  /** Where a website's redirect leads; the answer has no body then. */
  readonly location?: string;
  /** The object's bytes. */
  readonly body?: ObjectBytes;
  /** The committed delivery, to be sent before the answer. */
  readonly delivery?: PendingDelivery;
  /** Sends no document, although the operation has one: DeleteMultipleObjects when quiet. */
  readonly silent?: true;
}

type InputOf<Name extends OperationName> =
  Operations[Name] extends Operation<infer Input, infer _> ? Input : never;
type OutputOf<Name extends OperationName> =
  Operations[Name] extends Operation<infer _, infer Output> ? Output : never;

/** The context of an operation. It has a bucket, unless the operation works without one. */
type ContextOf<Name extends OperationName> = Operations[Name] extends
  | { readonly level: "service" }
  | { readonly makesBucket: true }
  ? ServiceContext
  : BucketContext;

/** Handles one operation. */
export type Handler<Name extends OperationName> = (
  context: ContextOf<Name>,
  input: InputOf<Name>,
) => Promise<Result<OutputOf<Name>>>;

/** One handler for every operation. */
export type Handlers = { readonly [Name in OperationName]: Handler<Name> };
