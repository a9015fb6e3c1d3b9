// Follows CONTRIBUTING's steps for a new operation in a scratch copy. After each step the compiler
// reports the next one. After the last step a client calls the operation on a store.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");
const packages = ["protocol", "store", "server", "client"];
let copy: string;

beforeAll(async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  copy = await mkdtemp(join(root, ".cache", "add-operation-"));
  await cp(join(root, "tsconfig.base.json"), join(copy, "tsconfig.base.json"));
  await mkdir(join(copy, "node_modules/@ossicle"), { recursive: true });
  for (const name of packages) {
    const [from, to] = [join(root, "packages", name), join(copy, "packages", name)];
    for (const part of ["src", "package.json", "tsconfig.json"]) {
      await cp(join(from, part), join(to, part), { recursive: true });
    }
    // The copies import each other from here, and everything else from the repository above them.
    await symlink(to, join(copy, "node_modules/@ossicle", name));
  }
});
afterAll(() => rm(copy, { recursive: true }));

async function compile(): Promise<string> {
  const args = ["-b", "packages/client", "packages/server"];
  const child = spawn(process.execPath, [compiler, ...args], { cwd: copy });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await once(child, "close");
  return told;
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(copy, "packages", path);
  const text = await readFile(file, "utf8");
  const changed = change(text);
  expect(changed, path).not.toBe(text);
  await writeFile(file, changed);
}

const declaration = (facts: string): string => `// GetBucketExample: reads an example.
import { text } from "../../codec.ts";
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What GetBucketExample takes. */
export interface GetBucketExampleInput {
  readonly bucket: string;
}

/** What GetBucketExample answers. */
export interface GetBucketExampleOutput {
  readonly example: string;
}

/** Reads an example. */
export const getBucketExample: Operation<GetBucketExampleInput, GetBucketExampleOutput> = {
  name: "GetBucketExample",
  method: "GET",
  level: "bucket",
  selectors: ["example"],
  access: "owner",
${facts}
  input: { bucket: bucketName() },
  outputRoot: "Example",
  output: { example: element("Example", leaf(text)) },
};
`;
const facts = `  action: "GetBucketExample",
  idempotent: true,
  reads: "nothing",`;

test("the compiler reports each next one of CONTRIBUTING's steps for a new operation", async () => {
  const path = "operations/bucket/get-bucket-example.ts";
  const declared = join(copy, "packages/protocol/src", path);
  // 1. Declare it. The compiler reports that the facts are missing.
  await writeFile(declared, declaration(""));
  await edit("protocol/src/index.ts", (all) => `${all}export * from "./${path}";\n`);
  expect(await compile()).toContain("missing the following properties");
  await writeFile(declared, declaration(facts));
  // 2. List it: in the interface, then in the table, then among the client's methods.
  const list = "protocol/src/operations/index.ts";
  await edit(list, (all) =>
    all
      .replace(
        /^import /m,
        'import { getBucketExample } from "./bucket/get-bucket-example.ts";\nimport ',
      )
      .replace(
        "readonly listBuckets:",
        "readonly getBucketExample: typeof getBucketExample;\n  readonly listBuckets:",
      ),
  );
  expect(await compile()).toMatch(/protocol\/src\/operations\/index\.ts.*getBucketExample/);
  await edit(list, (all) =>
    all.replace("\n  listBuckets,", "\n  getBucketExample,\n  listBuckets,"),
  );
  const asked = await compile();
  expect(asked).toMatch(/client\/src\/client\.ts/);
  expect(asked).toMatch(/server\/src\/operations\/index\.ts.*getBucketExample/);
  await edit("client/src/methods/bucket-methods.ts", (all) =>
    all
      .replace(
        "import type {",
        "import type {\n  GetBucketExampleInput,\n  GetBucketExampleOutput,",
      )
      .replace(
        "export interface BucketMethods {",
        "export interface BucketMethods {\n  readonly getBucketExample: " +
          "Method<GetBucketExampleInput, GetBucketExampleOutput>;",
      ),
  );
  // 3. Handle it.
  await writeFile(
    join(copy, "packages/server/src", path),
    `// GetBucketExample.
import type { Handler } from "../handler.ts";

/** Reads an example. */
export const getBucketExample: Handler<"getBucketExample"> = () =>
  Promise.resolve({ output: { example: "e" } });
`,
  );
  await edit("server/src/operations/index.ts", (all) =>
    all
      .replace(
        /^import /m,
        'import { getBucketExample } from "./bucket/get-bucket-example.ts";\nimport ',
      )
      .replace("\n  listBuckets,", "\n  getBucketExample,\n  listBuckets,"),
  );
  expect(await compile()).toBe("");
  // A client calls it.
  const program = `
    import { createClient } from "@ossicle/client";
    import { startStore } from "@ossicle/server/testing";
    const store = await startStore();
    const { url: endpoint, region, credentials } = store;
    const client = createClient({ endpoint, region, credentials });
    await client.putBucket({ bucket: "bucket" });
    const { example } = await client.getBucketExample({ bucket: "bucket" });
    process.stdout.write(example);
    await store.close();
  `;
  const file = join(copy, "packages/server/check.mts");
  await writeFile(file, program);
  const run = ["--conditions=@ossicle/source", "--import", "tsx", file];
  const child = spawn(process.execPath, run, { cwd: copy });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (told += chunk.toString()));
  }
  await once(child, "close");
  expect(told).toBe("e");
}, 180_000);
