// An upload while the store of blobs cannot be reached.
import { StoreUnavailableError } from "@ossicle/store";
import { expect, test, vi } from "vitest";
import { modelPipeline } from "../testing/model-pipeline.ts";

test("an upload gets 503 without waiting for the clean-up", async () => {
  const { ask, services } = await modelPipeline();
  await ask({ method: "PUT", path: "/bucket" });
  const away = (): Promise<never> => Promise.reject(new StoreUnavailableError("it is away"));
  const abort = vi.fn<() => Promise<void>>(() => new Promise(() => undefined)); // never ends
  vi.spyOn(services.blobs, "create").mockResolvedValue({ write: away, finish: away, abort });
  const answer = await ask({ method: "PUT", path: "/bucket/k", body: "x".repeat(200) });
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(abort).toHaveBeenCalledOnce();
});
