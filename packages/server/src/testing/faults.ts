// Faults for tests of applications: the next callbacks fail, wait, break off, or are answered
// without a request.
import { setTimeout as pause } from "node:timers/promises";
import type { CallbackReply, CallbackRequest, Transport } from "../callback/sending/transport.ts";

/** What happens to one attempt in place of being sent. */
export type CallbackFault =
  /** As though the application had answered this status, 100 to 599 except 200. */
  | { readonly kind: "fail"; readonly status: number }
  /** Sent after this many milliseconds, which count against the callback's five seconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** As though the connection had broken; the application gets nothing. */
  | { readonly kind: "drop" }
  /** As though the application had answered this JSON; it gets nothing. */
  | { readonly kind: "answer"; readonly body: unknown };

/** A transport with faults, taken in the order in which they were put. */
export class FaultyTransport implements Transport {
  readonly #transport: Transport;
  #faults: CallbackFault[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Puts a fault for the next attempt that has none yet. */
  put(fault: CallbackFault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  async send(request: CallbackRequest): Promise<CallbackReply> {
    const fault = this.#faults.shift();
    if (fault?.kind === "drop") {
      request.listener.stage("resolved");
      request.listener.stage("connected");
      throw Object.assign(new Error("dropped by the test"), { code: "ECONNRESET" });
    }
    if (fault?.kind === "fail") return answer(request, fault.status, Buffer.from("{}"));
    if (fault?.kind === "answer") {
      return answer(request, 200, Buffer.from(JSON.stringify(fault.body)));
    }
    if (fault?.kind === "delay") await request.deadline.race(pause(fault.ms));
    return this.#transport.send(request);
  }

  close(): void {
    this.#transport.close();
  }
}

function answer({ listener }: CallbackRequest, status: number, body: Buffer): CallbackReply {
  const contentLength = String(body.length);
  const contentType = "application/json";
  const headers = ["Content-Type", contentType, "Content-Length", contentLength];
  const head = { status, contentLength, contentType, headers };
  listener.stage("answered");
  listener.head(head);
  return { ...head, body };
}
