// Runs random sequences of operations on the pipeline and on a small model in memory. The
// pipeline's answers must match the model. A failure prints the seed and the shortest failing
// sequence. OSSICLE_SEED replays a seed; OSSICLE_RUNS sets the number of sequences.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";
import { sweepAll } from "../testing/model-sweep.ts";
import { letterOf, referenceRecords } from "../objects/records/key-space.ts";

const runs = Number(process.env["OSSICLE_RUNS"] ?? 150);
const seed = Number(process.env["OSSICLE_SEED"] ?? 20_261_122);

const keys = ["a", "b", "dir/c", "dir/d"] as const;

interface ModelVersion {
  /** Undefined for a delete marker. */
  readonly content: string | undefined;
  readonly type: string;
  /** Whether the version has an id of its own, not `null`. */
  readonly versioned: boolean;
  id: string;
}

/** The expected content of a bucket: versions by key, newest first. */
class Model {
  versioning: "Enabled" | "Suspended" | undefined;
  readonly versions = new Map<string, ModelVersion[]>();

  of(key: string): ModelVersion[] {
    return this.versions.get(key) ?? [];
  }

  current(key: string): ModelVersion | undefined {
    const [first] = this.of(key);
    return first?.content === undefined ? undefined : first;
  }

  write(key: string, version: Omit<ModelVersion, "versioned" | "id">, id: string): void {
    const versioned = this.versioning === "Enabled";
    const kept = versioned ? this.of(key) : this.of(key).filter((one) => one.versioned);
    this.versions.set(key, [{ ...version, versioned, id: versioned ? id : "null" }, ...kept]);
  }

  remove(key: string, id: string): void {
    this.versions.set(
      key,
      this.of(key).filter((one) => one.id !== id),
    );
  }
}

type Command =
  | { readonly kind: "put"; readonly key: string; readonly content: string }
  | { readonly kind: "append"; readonly key: string; readonly content: string }
  | { readonly kind: "multipart"; readonly key: string; readonly parts: readonly string[] }
  | { readonly kind: "copy"; readonly from: string; readonly key: string; readonly version: number }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "delete version"; readonly key: string; readonly version: number }
  | { readonly kind: "versioning"; readonly status: "Enabled" | "Suspended" }
  | { readonly kind: "sweep" };

// Most operations use one key, because only a long history of one key tests its versions.
const key = fc.oneof({ weight: 4, arbitrary: fc.constant(keys[0]) }, fc.constantFrom(...keys));
const content = fc.string({ maxLength: 150, unit: "grapheme-ascii" });
const firstPart = fc.constantFrom("x".repeat(102_400), "y".repeat(102_401));
const index = fc.nat(2);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key, content }),
  fc.record({ kind: fc.constant("append" as const), key, content }),
  fc.record({
    kind: fc.constant("multipart" as const),
    key,
    parts: fc.oneof(fc.tuple(content), fc.tuple(firstPart, content)),
  }),
  fc.record({ kind: fc.constant("copy" as const), from: key, key, version: index }),
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({ kind: fc.constant("delete version" as const), key, version: index }),
  fc.record({
    kind: fc.constant("versioning" as const),
    status: fc.constantFrom("Enabled" as const, "Suspended" as const),
  }),
  fc.record({ kind: fc.constant("sweep" as const) }),
);

describe("the pipeline and a model of it", () => {
  test(`agree after every operation of ${runs} random sequences (seed ${seed})`, async () => {
    let operations = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
        const pipeline = await modelPipeline();
        const model = new Model();
        await pipeline.ask({ method: "PUT", path: "/bucket" });
        for (const one of commands) {
          pipeline.clock.ms += 1_000;
          await perform(pipeline, model, one);
          operations += 1;
        }
        await compare(pipeline, model);
      }),
      { numRuns: runs, seed },
    );
    expect(operations).toBeGreaterThan(runs);
  }, 600_000);
});

async function perform(pipeline: ModelPipeline, model: Model, one: Command): Promise<void> {
  const { ask } = pipeline;
  switch (one.kind) {
    case "put": {
      const answer = await ask({ method: "PUT", path: `/bucket/${one.key}`, body: one.content });
      expect(answer.status).toBe(200);
      wrote(model, one.key, { content: one.content, type: "Normal" }, answer.headers);
      return;
    }
    case "append":
      return append(pipeline, model, one);
    case "multipart":
      return multipart(pipeline, model, one);
    case "copy":
      return copy(pipeline, model, one);
    case "delete": {
      const answer = await ask({ method: "DELETE", path: `/bucket/${one.key}` });
      expect(answer.status).toBe(204);
      if (model.versioning === undefined) model.versions.delete(one.key);
      else wrote(model, one.key, { content: undefined, type: "" }, answer.headers);
      return;
    }
    case "delete version": {
      const id = model.of(one.key)[one.version]?.id ?? "null";
      const version = model.of(one.key).find((candidate) => candidate.id === id);
      const path = `/bucket/${one.key}?versionId=${id}`;
      const answer = await ask({ method: "DELETE", path });
      expect(answer.status).toBe(204);
      const isMarker = version !== undefined && version.content === undefined;
      expect(answer.headers["x-oss-delete-marker"]).toBe(isMarker ? "true" : undefined);
      model.remove(one.key, id);
      return;
    }
    case "versioning": {
      const element = `<Status>${one.status}</Status>`;
      const body = `<VersioningConfiguration>${element}</VersioningConfiguration>`;
      expect((await ask({ method: "PUT", path: "/bucket?versioning", body })).status).toBe(200);
      model.versioning = one.status;
      return;
    }
    case "sweep":
      return sweepAll(pipeline);
  }
}

function wrote(
  model: Model,
  at: string,
  version: Omit<ModelVersion, "versioned" | "id">,
  headers: Readonly<Record<string, string>>,
): void {
  const id = headers["x-oss-version-id"];
  if (model.versioning === undefined) expect(id).toBeUndefined();
  else if (model.versioning === "Suspended") expect(id).toBe("null");
  else expect(id).toMatch(/^[\w-]{64}$/);
  model.write(at, version, id ?? "null");
}

async function append(
  { ask }: ModelPipeline,
  model: Model,
  one: Command & { kind: "append" },
): Promise<void> {
  const current = model.current(one.key);
  const position = current?.content?.length ?? 0;
  const path = `/bucket/${one.key}?append&position=${position}`;
  const answer = await ask({ method: "POST", path, body: one.content });
  if (current !== undefined && current.type !== "Appendable") {
    expect(answer).toMatchObject({ status: 409, code: "ObjectNotAppendable" });
    return;
  }
  expect(answer.status).toBe(200);
  const whole = (current?.content ?? "") + one.content;
  expect(answer.headers["x-oss-next-append-position"]).toBe(String(whole.length));
  if (current === undefined) {
    wrote(model, one.key, { content: whole, type: "Appendable" }, answer.headers);
  } else {
    model.versions.set(one.key, [{ ...current, content: whole }, ...model.of(one.key).slice(1)]);
  }
}

async function multipart(
  { ask }: ModelPipeline,
  model: Model,
  one: Command & { kind: "multipart" },
): Promise<void> {
  const begun = await ask({ method: "POST", path: `/bucket/${one.key}?uploads` });
  const upload = /<UploadId>(\w+)</.exec(begun.body)?.[1] ?? "";
  let document = "";
  for (const [at, part] of one.parts.entries()) {
    const path = `/bucket/${one.key}?partNumber=${at + 1}&uploadId=${upload}`;
    const { headers } = await ask({ method: "PUT", path, body: part });
    document += `<Part><PartNumber>${at + 1}</PartNumber><ETag>${headers["etag"]}</ETag></Part>`;
  }
  const answer = await ask({
    method: "POST",
    path: `/bucket/${one.key}?uploadId=${upload}`,
    body: `<CompleteMultipartUpload>${document}</CompleteMultipartUpload>`,
  });
  expect(answer.status, answer.body).toBe(200);
  expect(answer.headers["etag"]).toMatch(new RegExp(`^"[0-9A-F]{32}-${one.parts.length}"$`));
  wrote(model, one.key, { content: one.parts.join(""), type: "Multipart" }, answer.headers);
}

async function copy(
  { ask }: ModelPipeline,
  model: Model,
  one: Command & { kind: "copy" },
): Promise<void> {
  const version = model.of(one.from)[one.version];
  const named = one.version > 0 && version !== undefined;
  const source = named ? version : model.current(one.from);
  const suffix = named ? `?versionId=${version.id}` : "";
  const answer = await ask({
    method: "PUT",
    path: `/bucket/${one.key}`,
    headers: { "x-oss-copy-source": `/bucket/${one.from}${suffix}` },
  });
  if (source?.content === undefined) {
    expect(answer.status).toBe(named ? 400 : 404);
    return;
  }
  expect(answer.status, answer.body).toBe(200);
  const stays = one.from === one.key && model.versioning === undefined;
  const type = source.type === "Appendable" && !stays ? "Normal" : source.type;
  wrote(model, one.key, { content: source.content, type }, answer.headers);
}

/** Compares all content of the bucket with the model, by every read operation. */
async function compare(pipeline: ModelPipeline, model: Model): Promise<void> {
  const { ask } = pipeline;
  for (const at of keys) {
    const current = model.current(at);
    const got = await ask({ method: "GET", path: `/bucket/${at}` });
    expect(got.status, at).toBe(current === undefined ? 404 : 200);
    if (current !== undefined) {
      expect(got.body).toBe(current.content);
      expect(got.headers["x-oss-object-type"]).toBe(current.type);
    }
    for (const { id, content: expected } of model.of(at)) {
      const version = await ask({ method: "GET", path: `/bucket/${at}?versionId=${id}` });
      expect(version.status).toBe(expected === undefined ? 405 : 200);
      if (expected !== undefined) expect(version.body).toBe(expected);
    }
  }
  const live = keys.filter((at) => model.current(at) !== undefined);
  expect(await listAll(pipeline, "max-keys=1")).toEqual(live);
  const rolled = [
    ...live.filter((at) => !at.includes("/")),
    ...(live.some((at) => at.includes("/")) ? ["dir/"] : []),
  ];
  expect((await listAll(pipeline, "max-keys=2&delimiter=%2F")).sort()).toEqual(rolled.sort());
  const all = keys.flatMap((at) =>
    model
      .of(at)
      .map(({ id, content: one }, place) => `${at} ${id} ${place === 0} ${one === undefined}`),
  );
  for (const size of [1, 2, 100]) expect(await listAllVersions(pipeline, size)).toEqual(all);
  await sweepAll(pipeline);
  await checkReferences(pipeline);
}

async function listAll({ ask }: ModelPipeline, query: string): Promise<string[]> {
  const found: string[] = [];
  for (let marker = ""; ;) {
    const path = `/bucket?${query}&marker=${encodeURIComponent(marker)}`;
    const { body } = await ask({ method: "GET", path });
    found.push(
      ...[...body.matchAll(/<(?:Contents><Key|CommonPrefixes><Prefix)>([^<]*)</g)].map(
        ([, name = ""]) => name,
      ),
    );
    if (!body.includes("<IsTruncated>true<")) return found;
    marker = /<NextMarker>([^<]*)</.exec(body)?.[1] ?? "";
  }
}

async function listAllVersions({ ask }: ModelPipeline, size: number): Promise<string[]> {
  const found: string[] = [];
  for (let markers = ""; ;) {
    const { body } = await ask({
      method: "GET",
      path: `/bucket?versions&max-keys=${size}${markers}`,
    });
    const entries =
      /<(DeleteMarker|Version)><Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId><IsLatest>(\w+)</g;
    for (const [, kind, at, id, latest] of body.matchAll(entries)) {
      found.push(`${at} ${id} ${latest} ${kind === "DeleteMarker"}`);
    }
    if (!body.includes("<IsTruncated>true<")) return found;
    const next = /<NextKeyMarker>([^<]*)</.exec(body)?.[1] ?? "";
    const version = /<NextVersionIdMarker>([^<]*)</.exec(body)?.[1] ?? "";
    markers = `&key-marker=${encodeURIComponent(next)}&version-id-marker=${version}`;
  }
}

/** Checks that after a sweep only blobs and records of versions are left. */
async function checkReferences({ metadata, services }: ModelPipeline): Promise<void> {
  const used = new Set<string>();
  for (const { key: at } of metadata.entries()) {
    if (letterOf(at) === "r")
      used.add(Buffer.from(referenceRecords.partsOf(at)[0]).toString("hex"));
  }
  const kinds = metadata.entries().map(({ key: at }) => letterOf(at) ?? "");
  expect(kinds.filter((kind) => "izupq".includes(kind))).toEqual([]);
  for await (const { ref } of services.blobs.scan()) {
    expect(used, "a blob leaks").toContain(Buffer.from(ref).toString("hex"));
  }
}
