// Performs a request. Where it may be one for a page of a static website, website.ts chooses the
// object that answers.
import { readConfig } from "../objects/buckets/bucket-config.ts";
import { findVersion, type FoundVersion } from "../objects/versions/find-version.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import { declarationOf } from "../access/declaration-of.ts";
import type { RequestMessage } from "../http/message.ts";
import type { RoutedRequest } from "../http/read-target.ts";
import type { ResponseContext } from "../http/respond-error.ts";
import type { Upload } from "./deliver.ts";
import type { Caller } from "./identify.ts";
import type { Slowness } from "./traffic-limit.ts";
import { isPageRequest, servePage } from "./website.ts";

/** A request whose sender, bucket and key are known. */
export interface Known extends Pick<ResponseContext, "requestId"> {
  readonly caller: Caller;
  readonly found: FoundVersion;
  readonly received: RequestMessage;
  readonly routed: RoutedRequest;
}

/** An operation whose commit is done. */
export interface Performed extends Upload {
  /** The limit of the request's rate, and how long it has delayed the body. */
  readonly pace: { readonly limit: number; readonly slowness: Slowness } | undefined;
}

/** The stages of one object. */
export interface ObjectStages {
  readonly find: (caller: Caller) => Promise<FoundVersion>;
  /** Authorises, decodes and performs. */
  readonly perform: (known: Known) => Promise<Performed>;
}

/** Performs a request, as a page if it is one. */
export async function performPage(
  services: Pick<OperationServices, "metadata" | "hints">,
  known: Known,
  { find, perform }: ObjectStages,
): Promise<Performed> {
  const { caller, found, routed } = known;
  const { bucket } = found;
  if (bucket?.gate.hasWebsite !== true || !isPageRequest(caller)) return perform(known);
  const site = await readConfig(services, bucket, "website");
  if (site === undefined) return perform(known);
  const { name } = bucket;
  return servePage<Performed>(site, caller, {
    root: routed.readings[0].reading.byHost ? "/" : `/${name}/`,
    read: async (key, as) => {
      if (key === caller.subject.key && as === undefined) return perform(known);
      const other = askFor(key, caller, as !== undefined);
      return perform({ ...known, caller: other, found: await find(other) });
    },
    exists: async (key) => {
      const { version } = await findVersion(services, { bucket: name, key }, []);
      return version !== undefined && version.record.deleteMarker !== true;
    },
    redirect: (result) => ({
      operation: declarationOf(caller.subject.operation),
      result: { output: {}, ...result },
      bucket,
      pace: undefined,
    }),
    withStatus: (page, status) => ({ ...page, result: { ...page.result, status } }),
  });
}

/** Headers that concern the object that was asked for, and not an error page. */
const ofObject: ReadonlySet<string> = new Set([
  "range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
]);

function askFor(key: string, caller: Caller, isErrorPage: boolean): Caller {
  const { message, subject } = caller;
  const operation = message.method === "HEAD" ? "headObject" : "getObject";
  const headers = isErrorPage
    ? Object.fromEntries(Object.entries(message.headers).filter(([name]) => !ofObject.has(name)))
    : message.headers;
  return {
    ...caller,
    subject: { ...subject, operation, key },
    message: { ...message, headers },
  };
}
