// A process that renders images, so that neither a damaged file nor its pixels can harm the store.
// It is only started where the library is installed.
import type { ImageAnswer, ImageJob } from "./image-job.ts";
import { ImageError } from "./image-job.ts";
import type { SharpFunction } from "./pixels.ts";
import { render } from "./render.ts";

const sharp = await load();

async function load(): Promise<SharpFunction> {
  const { default: found } = await import("sharp");
  found.cache(false);
  found.concurrency(1);
  return found;
}

async function answer({ id, job }: { id: number; job: ImageJob }): Promise<ImageAnswer> {
  try {
    return { id, result: await render(sharp, job) };
  } catch (cause) {
    if (cause instanceof ImageError) return { id, refusal: cause.refusal };
    return { id, failure: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
  }
}

process.on("message", (request: { id: number; job: ImageJob }) => {
  void answer(request).then((done) => process.send?.(done));
});
// The store has ended.
process.on("disconnect", () => process.exit(0));
process.send?.({ isReady: true });
