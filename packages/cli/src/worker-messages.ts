// What the primary and its workers say to each other.
import type {
  RawCallback,
  ReplayOutcome,
  RunningServer,
  ShownRequest,
  TriedCallback,
} from "@ossicle/server";

/** A message of a worker to its primary. */
export type WorkerMessage =
  | ({ readonly kind: "ready" } & Pick<RunningServer, "url" | "listenUrl" | "credentials">)
  | { readonly kind: "metrics"; readonly metrics: object[] }
  | { readonly kind: "health"; readonly problem?: string }
  /** Without an outcome, it is unknown whether the delivery is due again. */
  | { readonly kind: "replay"; readonly outcome?: ReplayOutcome }
  | ({ readonly kind: "try" } & TryResult)
  | { readonly kind: "request"; readonly request?: ShownRequest }
  /** The worker's database has failed, and the worker is about to exit. */
  | { readonly kind: "failed"; readonly problem: string };

/** A request of the primary to a worker. */
export type Question =
  | { readonly kind: "metrics" }
  | { readonly kind: "health" }
  | { readonly kind: "replay"; readonly id: string }
  | ({ readonly kind: "try" } & RawCallback)
  | { readonly kind: "request"; readonly id: string };

/** A callback that was tried out, or why its parameters were refused; or neither after a fault. */
export type TryResult =
  | { readonly result: "tried"; readonly tried: TriedCallback | undefined }
  | { readonly result: "refused"; readonly message: string; readonly ec: string | undefined }
  | { readonly result: "failed" };

/** A question, or its answer, with the question's number. */
export type Numbered<T> = T & { readonly number: number };

export type Told<Kind extends WorkerMessage["kind"]> = Extract<
  WorkerMessage,
  { readonly kind: Kind }
>;

/** The environment variable that tells one worker to do the folder's background work. */
export const backgroundVariable = "OSSICLE_WORKER_BACKGROUND";

/** The environment variables that tell a worker which ports were chosen. */
export const portVariable = "OSSICLE_WORKER_PORT";
export const adminPortVariable = "OSSICLE_WORKER_ADMIN_PORT";
