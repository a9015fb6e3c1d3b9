// Random lifecycle documents: each is stored or refused with an error of OSS. A stored one is
// returned as it was sent, can be sent again, and can be applied.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Lifecycle } from "../../maintenance/lifecycle/lifecycle.ts";
import { modelPipeline } from "../../testing/model-pipeline.ts";

const runs = 200;

const element = (name: string, content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  content.map((text) => `<${name}>${text}</${name}>`);
const oneIn = (count: number, some: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: count - 1, arbitrary: fc.constant("") }, { weight: 1, arbitrary: some });
const joined = (...all: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...all).map((texts) => texts.join(""));

// Mostly sensible values, so that many documents are stored.
const number = fc.oneof(
  { weight: 39, arbitrary: fc.integer({ min: 1, max: 400 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("0", "-1", "1e3", "", "99999999999", "x") },
);
const date = fc.oneof(
  { weight: 39, arbitrary: fc.constantFrom("2026-11-01T00:00:00.000Z", "2030-01-01T00:00:00Z") },
  { weight: 1, arbitrary: fc.constantFrom("2026-11-01T01:00:00.000Z", "today", "") },
);
const flag = fc.oneof(
  { weight: 39, arbitrary: fc.constantFrom("true", "false") },
  { weight: 1, arbitrary: fc.constantFrom("", "1", "TRUE") },
);
const prefix = fc.constantFrom("", "a", "a/", "b/", "&amp;", "中");
const storageClass = fc.oneof(
  { weight: 39, arbitrary: fc.constantFrom("IA", "Archive", "ColdArchive", "DeepColdArchive") },
  { weight: 1, arbitrary: fc.constantFrom("Standard", "Glacier", "") },
);
const time = fc.oneof(element("Days", number), element("CreatedBeforeDate", date));
const access = joined(
  oneIn(4, element("IsAccessTime", flag)),
  oneIn(6, element("ReturnToStdWhenVisit", flag)),
  oneIn(6, element("AllowSmallFile", flag)),
);
const tag = element("Tag", joined(element("Key", prefix), oneIn(2, element("Value", prefix))));
const filter = element(
  "Filter",
  joined(
    oneIn(3, element("ObjectSizeGreaterThan", number)),
    oneIn(3, element("ObjectSizeLessThan", number)),
    oneIn(2, element("Not", joined(element("Prefix", prefix), oneIn(3, tag)))),
  ),
);
const rule = element(
  "Rule",
  joined(
    oneIn(3, element("ID", fc.constantFrom("", "x".repeat(255)))),
    element("Prefix", prefix),
    oneIn(4, tag),
    oneIn(4, filter),
    element("Status", fc.constantFrom("Enabled", "Enabled", "Enabled", "Disabled")),
    oneIn(2, element("Expiration", fc.oneof(time, element("ExpiredObjectDeleteMarker", flag)))),
    oneIn(2, element("Transition", joined(time, element("StorageClass", storageClass), access))),
    oneIn(4, element("AbortMultipartUpload", time)),
    oneIn(4, element("NoncurrentVersionExpiration", element("NoncurrentDays", number))),
    oneIn(
      4,
      element(
        "NoncurrentVersionTransition",
        joined(element("NoncurrentDays", number), element("StorageClass", storageClass), access),
      ),
    ),
  ),
);
const document = fc
  .array(rule, { minLength: 1, maxLength: 2 })
  .map((rules) => `<LifecycleConfiguration>${rules.join("")}</LifecycleConfiguration>`);

const refusals = new Set(["MalformedXML", "InvalidArgument", "InvalidRequest"]);

test("a random document is stored and applied, or refused by name", async () => {
  const pipeline = await modelPipeline();
  const ask = (method: string, path: string, body = "") =>
    pipeline.ask({ method, path: `/bucket${path}`, body });
  await ask("PUT", "");
  const tracking = "<Status>Enabled</Status>";
  await ask(
    "PUT",
    "?accessmonitor",
    `<AccessMonitorConfiguration>${tracking}</AccessMonitorConfiguration>`,
  );
  let stored = 0;
  await fc.assert(
    fc.asyncProperty(document, async (body) => {
      const answer = await ask("PUT", "?lifecycle", body);
      if (answer.status !== 200) {
        expect(answer.status, body).toBe(400);
        expect(refusals, answer.body).toContain(answer.code);
        return;
      }
      stored += 1;
      const kept = (await ask("GET", "?lifecycle")).body;
      expect((await ask("PUT", "?lifecycle", kept)).status, kept).toBe(200);
      expect((await ask("GET", "?lifecycle")).body).toBe(kept);
      await ask("PUT", "/a/k", "x");
      pipeline.clock.ms += 86_400_000;
      expect(await new Lifecycle(pipeline.services).run()).toMatchObject({ failed: 0 });
    }),
    { numRuns: runs, seed: 20_261_130 },
  );
  expect(stored).toBeGreaterThan(runs / 10);
});
