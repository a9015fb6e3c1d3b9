// The thread that runs queries, seen from the main thread: a query of gigabytes must not delay
// other requests.
import { type ErrorCode, OssError } from "@ossicle/protocol";
import { QueryLimiter } from "../memory/query-limiter.ts";
import { ownBytes, PieceThread, startThread } from "../memory/piece-thread.ts";
import type { MetaCounts } from "./frames.ts";
import type { MetaPlan, SelectPlan } from "./select-plan.ts";
import type { Progress } from "./select-run.ts";

/** A message to the thread. Each is answered, except `end`. */
export type SelectRequest =
  | { readonly kind: "begin"; readonly stream: number; readonly plan: SelectPlan | MetaPlan }
  | { readonly kind: "feed"; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly kind: "finish" | "end"; readonly stream: number };

/** The thread's answer. */
export interface SelectAnswer {
  readonly stream: number;
  readonly progress?: Progress;
  readonly counts?: MetaCounts;
  readonly error?: {
    /** Absent for a bug. */
    readonly code?: ErrorCode;
    readonly message: string;
    readonly ec?: string | undefined;
    readonly status?: number | undefined;
    readonly details?: Readonly<Record<string, string>>;
  };
}

/** A query on the thread. */
export interface RunningQuery {
  readonly feed: (bytes: Uint8Array) => Promise<Progress>;
  readonly finish: () => Promise<Progress>;
  readonly end: () => void;
}

/** A count of rows on the thread. */
export interface RunningCount {
  readonly feed: (bytes: Uint8Array) => Promise<void>;
  readonly finish: () => Promise<MetaCounts>;
  readonly end: () => void;
}

/** Most queries at the same time, and most of one address. Each keeps at most a few megabytes. */
const selectLimits = { maxQueries: 64, maxQueriesOfClient: 16 } as const;

/** Heap limits of the thread, in MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 } as const;

/** One thread for all queries of a process. It is started when it is needed first. */
export class SelectThread {
  #thread: PieceThread<SelectRequest, SelectAnswer> | undefined;
  readonly #limiter = new QueryLimiter(selectLimits);

  /** Begins a query. Throws ServiceUnavailable when too many run. */
  async query(plan: SelectPlan, client: string): Promise<RunningQuery> {
    const { ask, end } = await this.#begin(plan, client);
    const progressOf = async (answer: Promise<SelectAnswer>): Promise<Progress> => {
      const { progress } = await answer;
      if (progress === undefined) throw new Error("the thread answered without progress");
      return progress;
    };
    return {
      feed: (bytes) => progressOf(ask({ kind: "feed", bytes: ownBytes(bytes) })),
      finish: () => progressOf(ask({ kind: "finish" })),
      end,
    };
  }

  /** Begins a count of rows. Throws ServiceUnavailable when too many queries run. */
  async count(plan: MetaPlan, client: string): Promise<RunningCount> {
    const { ask, end } = await this.#begin(plan, client);
    return {
      feed: async (bytes) => {
        await ask({ kind: "feed", bytes: ownBytes(bytes) });
      },
      finish: async () => {
        const { counts } = await ask({ kind: "finish" });
        if (counts === undefined) throw new Error("the thread answered without counts");
        return counts;
      },
      end,
    };
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  async #begin(
    plan: SelectPlan | MetaPlan,
    client: string,
  ): Promise<{
    readonly ask: (request: Unnumbered) => Promise<SelectAnswer>;
    readonly end: () => void;
  }> {
    // When the thread fails, its queries fail. Later queries get a new thread.
    if (this.#thread?.failure !== undefined) this.#thread = undefined;
    this.#thread ??= new PieceThread(
      startThread(import.meta.url, "select-worker", { resourceLimits }),
    );
    const thread = this.#thread;
    const release = this.#limiter.acquire(client);
    const stream = thread.begin();
    let isOpen = true;
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      release();
      thread.end(stream);
      thread.tell({ kind: "end", stream });
    };
    const ask = async (request: Unnumbered): Promise<SelectAnswer> => {
      const answer = await thread.ask({ ...request, stream });
      if (answer.error !== undefined) throw errorOf(answer.error);
      return answer;
    };
    try {
      await ask({ kind: "begin", plan });
      return { ask, end };
    } catch (cause) {
      end();
      throw cause;
    }
  }
}

type Unnumbered =
  | { readonly kind: "begin"; readonly plan: SelectPlan | MetaPlan }
  | { readonly kind: "feed"; readonly bytes: Uint8Array }
  | { readonly kind: "finish" };

function errorOf({
  code,
  message,
  ec,
  status,
  details = {},
}: NonNullable<SelectAnswer["error"]>): Error {
  if (code === undefined) return new Error(message);
  return new OssError(code, details as never, { message, ec, status }); // of the thread's OssError
}
