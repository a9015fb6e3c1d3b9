// DoMetaQuery: reads the current versions of the bucket, and keeps those that match.
import { maxMetaResults, OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { parseQuery } from "../../objects/queries/condition.ts";
import { Figures } from "../../objects/queries/figures.ts";
import { matchingObjects } from "../../objects/queries/matching-objects.ts";
import { BestPage } from "../../objects/queries/best-page.ts";
import { showFile } from "../../objects/queries/show-file.ts";
import type { QueryLimits } from "../../memory/query-limiter.ts";
import type { Handler } from "../handler.ts";

/**
 * Most queries of a process at the same time. Each reads all records of its bucket. OSS documents
 * no limit.
 */
export const metaQueryLimits: QueryLimits = { maxQueries: 8, maxQueriesOfClient: 4 };

/** Finds objects. Throws ServiceUnavailable when too many queries run. */
export const doMetaQuery: Handler<"doMetaQuery"> = async (context, input) => {
  const { services, bucket, message } = context;
  if ((await readConfig(services, bucket, "meta-query")) === undefined) {
    throw new OssError("MetaQueryNotExist", { BucketName: bucket.name });
  }
  const release = services.metaQueries.acquire(message.clientIp);
  try {
    return await answer(context, input);
  } finally {
    release();
  }
};

const answer: Handler<"doMetaQuery"> = async ({ services, bucket }, input) => {
  const { query = "", maxResults = 0, aggregations, sort, order = "desc", nextToken } = input;
  const condition = parseQuery(query);
  const matching = matchingObjects(services.metadata, bucket.id, condition);
  if (aggregations !== undefined && aggregations.aggregation.length > 0) {
    const figures = new Figures(aggregations.aggregation);
    for await (const object of matching) figures.take(object);
    return { output: { nextToken: "", aggregations: { aggregation: figures.results() } } };
  }
  const isValid = maxResults > 0 && maxResults <= maxMetaResults;
  const limit = isValid ? maxResults : maxMetaResults;
  const page = new BestPage({ sort, order: sort === undefined ? "asc" : order, limit, nextToken });
  for await (const object of matching) if (page.take(object)) break;
  const file = page.objects.map(showFile);
  return { output: { nextToken: page.nextToken, files: { file } } };
};
