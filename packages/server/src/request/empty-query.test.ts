// Query members without a value: they count as absent, in every operation that reads any.
import { operations } from "@ossicle/protocol";
import { beforeEach, expect, test } from "vitest";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";

// Two stores, because an operation may do something else when it is repeated.
let stores: readonly [Store, Store];
beforeEach(async () => {
  stores = [await makeStore(), await makeStore()];
});

interface Store {
  readonly pipeline: ModelPipeline;
  readonly upload: string;
}

async function makeStore(): Promise<Store> {
  const pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  await pipeline.ask({ method: "PUT", path: "/bucket/k", body: "x" });
  const { body } = await pipeline.ask({ method: "POST", path: "/bucket/k?uploads" });
  return { pipeline, upload: /<UploadId>([0-9A-F]{32})</.exec(body)?.[1] ?? "" };
}

const paths = { service: "/", bucket: "/bucket", object: "/bucket/k" } as const;

/** The only member that is refused when it is empty (docs/reference/protocol/requests.md). */
const refused = "versionId";

/** Every operation with a query member that does not select it. */
const members = Object.values(operations).flatMap(
  ({ method, level, selectors = [], input, name }) =>
    Object.values<{ readonly place: string; readonly name?: string }>({ ...input }).flatMap(
      (binding) =>
        binding.place === "query" && binding.name !== undefined && binding.name !== refused
          ? [{ name, method, path: paths[level], selectors, member: binding.name }]
          : [],
    ),
);

test("the declarations have more than 40 query members to check", () => {
  expect(members.length).toBeGreaterThan(40);
});

test.each(members)(
  "$name reads $member= as though it were absent",
  async ({ method, path, selectors, member }) => {
    const isSelector = selectors.some((one) => one.split("=", 1)[0] === member);
    if (isSelector) return;
    const ask = ({ pipeline, upload }: Store, more: readonly string[]): Promise<ModelAnswer> => {
      const query = selectors.map((one) => (one === "uploadId" ? `uploadId=${upload}` : one));
      return pipeline.ask({ method, path: `${path}?${[...query, ...more].join("&")}` });
    };
    const [first, second] = stores;
    const [with_, without] = [await ask(first, [`${member}=`]), await ask(second, [])];
    expect([with_.status, with_.code]).toEqual([without.status, without.code]);
  },
);
