// ListObjects: pages by marker, with prefix and delimiter.
import { expect, test } from "vitest";
import { commitOnce } from "../../objects/records/commit.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { modelBucket } from "../../testing/model-bucket.ts";
import { headRecords } from "../../objects/records/key-space.ts";

const { get, put, remove, begin, keepVersions, pipeline } = modelBucket();

const keys = ["a", "b/1", "b/2", "c", "d%00", "d%01", "%C3%A9"];
const found = (body: string): string[] =>
  [...body.matchAll(/<(?:Contents><Key|CommonPrefixes><Prefix)>([^<]*)</g)].map(
    ([, key = ""]) => key,
  );

test("pages keys and prefixes together, without a gap or a repetition", async () => {
  for (const key of keys) await put(`/${key}`, "x");
  const seen: string[] = [];
  let marker = "";
  for (let page = 0; page < 20; page += 1) {
    const query = `delimiter=%2F&max-keys=1&encoding-type=url&marker=${marker}`;
    const { body } = await get(`?${query}`);
    seen.push(...found(body));
    const next = /<NextMarker>([^<]*)</.exec(body)?.[1];
    if (next === undefined) break;
    marker = next;
  }
  expect(seen).toEqual(["a", "b%2F", "c", "d%00", "d%01", "%C3%A9"]);
});

test.each(["objects", "versions", "uploads"])(
  "pages %s whose names overlap prefix and delimiter, without a gap",
  async (what) => {
    await keepVersions();
    for (const key of ["a-", "a--", "a---b", "a--c", "a-z"]) {
      if (what === "uploads") await begin(key);
      else await put(`/${key}`, "x");
    }
    const kind = what === "objects" ? "" : `${what}&`;
    const own = /<(?:Contents|Upload|Version)><Key>([^<]*)<|<CommonPrefixes><Prefix>([^<]*)</g;
    const seen: string[] = [];
    let markers = "";
    for (let page = 0; page < 20; page += 1) {
      const size = what === "uploads" ? "max-uploads" : "max-keys";
      const { body } = await get(`?${kind}prefix=a-&delimiter=--&${size}=1${markers}`);
      for (const [, key, prefix] of body.matchAll(own)) seen.push(key ?? prefix ?? "");
      if (!body.includes("<IsTruncated>true<")) break;
      const next = (name: string): string =>
        encodeURIComponent(new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? "");
      const second = what === "versions" ? "version-id-marker" : "upload-id-marker";
      const secondName = what === "versions" ? "NextVersionIdMarker" : "NextUploadIdMarker";
      markers =
        what === "objects"
          ? `&marker=${next("NextMarker")}`
          : `&key-marker=${next("NextKeyMarker")}&${second}=${next(secondName)}`;
    }
    expect(seen).toEqual(["a-", "a--", "a---", "a--c", "a-z"]);
  },
);

test("lists only keys that have the prefix and follow the marker", async () => {
  for (const key of keys) await put(`/${key}`, "x");
  expect(found((await get("?prefix=b")).body)).toEqual(["b/1", "b/2"]);
  expect(found((await get("?marker=b%2F1&delimiter=")).body).slice(0, 2)).toEqual(["b/2", "c"]);
  expect(found((await get("?prefix=b%2F&delimiter=%2F")).body)).toEqual(["b/1", "b/2"]);
});

test("returns empty elements for a bucket without objects", async () => {
  expect((await get("")).body).toContain(
    "<Name>bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>100</MaxKeys><Delimiter>" +
      "</Delimiter><IsTruncated>false</IsTruncated></ListBucketResult>",
  );
});

test("skips delete markers, and prefixes that hold only delete markers", async () => {
  await keepVersions();
  for (const key of ["a", "b/1", "c"]) await put(`/${key}`, "x");
  for (const key of ["a", "b/1"]) await remove(`/${key}`);
  expect(found((await get("?delimiter=%2F")).body)).toEqual(["c"]);
});

test("ends the page, or lists the prefix unchecked, after 10,000 delete markers", async () => {
  await keepVersions();
  const { services } = pipeline();
  const { bucket } = await lookUp(services, "bucket");
  if (bucket === undefined) throw new Error("no bucket");
  const marker = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify({ deleteMarker: true }))]);
  const puts = Array.from({ length: 10_101 }, (_, at) => ({
    key: headRecords.key(bucket.id, `a/${String(at).padStart(5, "0")}`),
    value: marker,
  }));
  for (let at = 0; at < puts.length; at += 100) {
    await commitOnce(services.metadata, {
      checks: [],
      puts: puts.slice(at, at + 100),
      deletes: [],
    });
  }
  await put("/b", "x");
  expect(found((await get("?delimiter=%2F")).body)).toEqual(["b", "a/"]);
  const plain = await get("");
  expect(found(plain.body)).toEqual([]);
  const behind = /<NextMarker>([^<]*)</.exec(plain.body)?.[1] ?? "";
  expect(found((await get(`?marker=${behind}`)).body)).toEqual(["b"]);
});

test.each([
  ["max-keys=0", "0015-00000402"],
  ["max-keys=1001", "0015-00000402"],
  [`prefix=${"a".repeat(1_025)}`, undefined],
  [`marker=${"a".repeat(1_025)}`, undefined],
  [`delimiter=${"a".repeat(1_025)}`, undefined],
  ["encoding-type=base64", undefined],
])("refuses %s", async (query, ec) => {
  expect(await get(`?${query}`)).toMatchObject({ status: 400, code: "InvalidArgument", ec });
});
