// Many clients set one bucket's documents at once. Each commit of such a document touches the
// bucket's gate, so only one of those that begin together succeeds.
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { modelPipeline } from "../testing/model-pipeline.ts";

test("32 settings of one bucket's rules and policy at once all succeed", async () => {
  const { ask } = await modelPipeline({ scheduler: () => pause(1) });
  await ask({ method: "PUT", path: "/bucket" });
  const cors =
    "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>" +
    "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";
  const policy = "<DeliveryPolicy><OnFailure>hide</OnFailure></DeliveryPolicy>";
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => [
      ask({ method: "PUT", path: "/bucket?cors", body: cors }),
      ask({ method: "PUT", path: "/bucket?x-ossicle-delivery-policy", body: policy }),
    ]).flat(),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});
