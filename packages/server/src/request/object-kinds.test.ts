// Appendable objects, symlinks, tags, restores, versions by their headers, and the documents of buckets.
import { beforeEach, describe, expect, test } from "vitest";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "./model-pipeline.ts";

let pipeline: ModelPipeline;
const ask: ModelPipeline["ask"] = (request) => pipeline.ask(request);
beforeEach(async () => {
  pipeline = await modelPipeline();
  await ask({ method: "PUT", path: "/bucket" });
});

const put = (key: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  ask({ method: "PUT", path: `/bucket/${key}`, body, headers });
const get = (path: string) => ask({ method: "GET", path: `/bucket/${path}` });
const head = (path: string) => ask({ method: "HEAD", path: `/bucket/${path}` });
const versioning = (status: string): Promise<ModelAnswer> =>
  ask({
    method: "PUT",
    path: "/bucket?versioning",
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });

describe("an appendable object", () => {
  const append = (
    position: number | string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ) => ask({ method: "POST", path: `/bucket/k?append&position=${position}`, body, headers });

  test("grows, changes its ETag, and keeps the CRC of the whole", async () => {
    const pieces = ["a", "b".repeat(60), "c".repeat(100), "d", "e".repeat(70)];
    const etags = new Set<string>();
    let whole = "";
    for (const [at, piece] of pieces.entries()) {
      const answer = await append(
        whole.length,
        piece,
        at === 0 ? { "content-type": "text/plain" } : {},
      );
      whole += piece;
      expect(answer.headers["x-oss-next-append-position"]).toBe(String(whole.length));
      expect(answer.headers["etag"]).toMatch(/^"[0-9A-F]{32}"$/);
      etags.add(answer.headers["etag"] ?? "");
    }
    expect(etags.size).toBe(pieces.length);
    const got = await get("k");
    expect(got.body).toBe(whole);
    expect(got.headers).toMatchObject({
      "x-oss-object-type": "Appendable",
      "content-type": "text/plain",
    });
    const same = await put("same", whole);
    expect(got.headers["x-oss-hash-crc64ecma"]).toBe(same.headers["x-oss-hash-crc64ecma"]);
    const range = await ask({
      method: "GET",
      path: "/bucket/k",
      headers: { range: "bytes=59-162" },
    });
    expect(range.body).toBe(whole.slice(59, 163));
  });

  test("may be begun by a body beyond the inline limit, and copied while it grows", async () => {
    await append(0, "x".repeat(200));
    await ask({
      method: "PUT",
      path: "/bucket/copy",
      headers: { "x-oss-copy-source": "/bucket/k" },
    });
    await append(200, "tail");
    expect((await get("copy")).body).toBe("x".repeat(200));
    expect((await head("copy")).headers["x-oss-object-type"]).toBe("Normal");
    expect((await get("k")).body).toBe(`${"x".repeat(200)}tail`);
  });

  test("refuses a wrong position, and says the right one", async () => {
    const refused = await append(5, "x");
    expect(refused).toMatchObject({
      status: 409,
      code: "PositionNotEqualToLength",
      ec: "0026-00000016",
    });
    expect(refused.headers["x-oss-next-append-position"]).toBe("0");
    await append(0, "abc");
    expect((await append(0, "x")).headers["x-oss-next-append-position"]).toBe("3");
    expect((await append("", "x")).code).toBe("InvalidArgument");
    const bare = { method: "POST", path: "/bucket/k?append", body: "x" };
    expect(await ask(bare)).toMatchObject({ status: 400, code: "MissingArgument" });
    expect((await append(3, "")).status).toBe(200);
    await put("k", "normal");
    expect(await append(6, "x")).toMatchObject({ status: 409, code: "ObjectNotAppendable" });
  });

  test("takes one of many appends that come at once, and says where the others stand", async () => {
    const body = "x".repeat(200);
    const answers = await Promise.all(Array.from({ length: 12 }, () => append(0, body)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(11);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 409, code: "PositionNotEqualToLength" });
      expect(answer.headers["x-oss-next-append-position"]).toBe("200");
    }
  });

  test("can be sealed, once and for all", async () => {
    await append(0, "abc");
    const seal = (position: number) =>
      ask({ method: "POST", path: `/bucket/k?seal&position=${position}` });
    expect(await seal(1)).toMatchObject({ status: 409, code: "PositionNotEqualToLength" });
    const sealed = await seal(3);
    expect(sealed.headers["x-oss-sealed-time"]).toMatch(/GMT$/);
    expect(await append(3, "x")).toMatchObject({ status: 405, code: "MethodNotAllowed" });
    await put("k", "x");
    expect(await seal(1)).toMatchObject({ status: 400, ec: "0016-00000513" });
  });
});

describe("a symlink", () => {
  const link = (key: string, target: string, headers: Readonly<Record<string, string>> = {}) =>
    ask({
      method: "PUT",
      path: `/bucket/${key}?symlink`,
      headers: { "x-oss-symlink-target": target, ...headers },
    });

  test("is read as its target, with its own metadata", async () => {
    await put("t%20%C3%A4", "hello", { "x-oss-meta-of": "target" });
    const own = { "x-oss-meta-of": "link", "content-type": "text/link" };
    expect((await link("l", "t%20%C3%A4", own)).headers["etag"]).toMatch(/^"[0-9A-F]{32}"$/);
    expect((await get("l?symlink")).headers).toMatchObject({
      "content-type": "text/link",
      "x-oss-symlink-target": "t%20%C3%A4",
    });
    const got = await get("l");
    expect(got.body).toBe("hello");
    expect(got.headers).toMatchObject({
      "x-oss-object-type": "Symlink",
      "x-oss-meta-of": "link",
      "content-length": "5",
    });
    const itself = await get("l?symlink");
    expect(itself.headers["x-oss-symlink-target"]).toBe("t%20%C3%A4");
    expect(await get("t%20%C3%A4?symlink")).toMatchObject({ status: 400, code: "NotSymlink" });
  });

  test("to nothing, to a link and to itself cannot be read", async () => {
    await link("l", "none");
    expect(await get("l")).toMatchObject({ status: 404, code: "SymlinkTargetNotExist" });
    await link("l2", "l");
    await link("self", "self");
    for (const key of ["l2", "self"]) {
      expect(await head(key)).toMatchObject({
        status: 400,
        code: "InvalidTargetType",
        ec: "0026-00000011",
      });
    }
    expect(await link("l", "none", { "x-oss-forbid-overwrite": "true" })).toMatchObject({
      status: 409,
    });
  });

  test("lets nobody read what its target does not", async () => {
    await put("secret", "x");
    await link("l", "secret", { "x-oss-object-acl": "public-read" });
    expect((await ask({ method: "GET", path: "/bucket/l", anonymous: true })).status).toBe(403);
  });
});

describe("tags", () => {
  const document = (tags: readonly (readonly [string, string])[]): string =>
    `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join("")}</TagSet></Tagging>`;
  const tag = (path: string, body: string) =>
    ask({ method: "PUT", path: `/bucket${path}?tagging`, body });

  test("beside all that an object may carry still fit its record", async () => {
    const tags = Array.from(
      { length: 10 },
      (_, at) => `${at}${"\u4e2d".repeat(127)}=${"\u4e2d".repeat(256)}`,
    );
    const answer = await put("k", "x", {
      "x-oss-meta-a": '"'.repeat(8_000), // each has two bytes in the record
      "cache-control": '"'.repeat(2_000),
      "content-disposition": '"'.repeat(2_000),
      "x-oss-tagging": encodeURI(tags[0] ?? ""),
    });
    expect(answer.status, answer.body).toBe(200);
    const set = tags.map((tag) => {
      const [key, value] = tag.split("=");
      return `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
    });
    const body = `<Tagging><TagSet>${set.join("")}</TagSet></Tagging>`;
    expect(await ask({ method: "PUT", path: "/bucket/k?tagging", body })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
    expect((await get("k")).headers["x-oss-tagging-count"]).toBe("1");
  });

  test("of an object come with it, are replaced, copied and removed", async () => {
    await put("k", "x", { "x-oss-tagging": "a=1&b=%20+" });
    expect((await get("k?tagging")).body).toContain(
      document([
        ["a", "1"],
        ["b", "  "],
      ]),
    );
    expect((await head("k")).headers["x-oss-tagging-count"]).toBe("2");
    await ask({ method: "PUT", path: "/bucket/c", headers: { "x-oss-copy-source": "/bucket/k" } });
    expect((await head("c")).headers["x-oss-tagging-count"]).toBe("2");
    expect((await tag("/k", document([["c", ""]]))).status).toBe(200);
    expect((await get("k?tagging")).body).toContain(document([["c", ""]]));
    expect((await ask({ method: "DELETE", path: "/bucket/k?tagging" })).status).toBe(204);
    expect((await get("k?tagging")).body).toContain("<TagSet></TagSet>");
    expect((await head("k")).headers).not.toHaveProperty("x-oss-tagging-count");
  });

  const eleven = Array.from({ length: 11 }, (_, at) => [String(at), ""] as const);
  test.each([
    [document(eleven), "InvalidTag"],
    [document([["", "x"]]), "InvalidTag"],
    [
      document([
        ["a", "1"],
        ["a", "2"],
      ]),
      "InvalidTag",
    ],
    [document([["%@", "1"]]), "InvalidTag"],
    [document([["a".repeat(129), "1"]]), "InvalidTag"],
    [document([["a", "1".repeat(257)]]), "InvalidTag"],
    ["<Tagging/>", "MalformedXML"],
    ["<Tagging>", "MalformedXML"],
  ])("%s are refused", async (body, code) => {
    await put("k", "x");
    expect(await tag("/k", body)).toMatchObject({ status: 400, code });
    expect(await put("k2", "x", { "x-oss-tagging": "a=1&a=2" })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
    expect(await get("k2")).toMatchObject({ status: 404 });
  });

  test("of a bucket may be removed by name", async () => {
    await tag(
      "",
      document([
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
      ]),
    );
    await ask({ method: "DELETE", path: "/bucket?tagging=a,c" });
    expect((await ask({ method: "GET", path: "/bucket?tagging" })).body).toContain(
      document([["b", "2"]]),
    );
    await ask({ method: "DELETE", path: "/bucket?tagging" });
    expect((await ask({ method: "GET", path: "/bucket?tagging" })).body).toContain(
      "<TagSet></TagSet>",
    );
  });
});

describe("an archived object", () => {
  const restore = (body = "", key = "k") =>
    ask({ method: "POST", path: `/bucket/${key}?restore`, body });
  const archived = (storageClass = "Archive") =>
    put("k", "x", { "x-oss-storage-class": storageClass });

  test("is refused until it is restored, and again after its days", async () => {
    await archived();
    expect(await get("k")).toMatchObject({ status: 403, code: "InvalidObjectState" });
    const copy = {
      method: "PUT",
      path: "/bucket/c",
      headers: { "x-oss-copy-source": "/bucket/k" },
    };
    expect(await ask(copy)).toMatchObject({ status: 403, code: "InvalidObjectState" });
    expect((await restore("<RestoreRequest><Days>2</Days></RestoreRequest>")).status).toBe(202);
    expect(await restore()).toMatchObject({
      status: 409,
      code: "RestoreAlreadyInProgress",
      ec: "0016-00000701",
    });
    expect((await head("k")).headers["x-oss-restore"]).toBe('ongoing-request="true"');
    expect((await get("k")).status).toBe(403);
    pipeline.clock.ms += 60_000;
    expect((await get("k")).body).toBe("x");
    expect((await head("k")).headers["x-oss-restore"]).toMatch(
      /^ongoing-request="false", expiry-date=".* GMT"$/,
    );
    expect((await restore()).status).toBe(200);
    pipeline.clock.ms += 3 * 86_400_000;
    expect((await get("k")).status).toBe(403);
  });

  test("may be cleaned up before its time, but not before it is ready", async () => {
    await archived("ColdArchive");
    const clean = () => ask({ method: "POST", path: "/bucket/k?cleanRestoredObject" });
    expect(await clean()).toMatchObject({ status: 409, code: "ArchiveRestoreFileStale" });
    const wanted =
      "<RestoreRequest><Days>1</Days><JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>";
    expect((await restore(wanted)).headers["x-oss-object-restore-priority"]).toBe("Bulk");
    expect(await clean()).toMatchObject({
      status: 409,
      code: "ArchiveRestoreNotFinished",
      ec: "0016-00000719",
    });
    pipeline.clock.ms += 60_000;
    expect((await clean()).status).toBe(200);
    expect((await get("k")).status).toBe(403);
  });

  test.each([
    ["Standard", "", { status: 400, code: "OperationNotSupported", ec: "0016-00000702" }],
    [
      "Archive",
      "<RestoreRequest><Days>8</Days></RestoreRequest>",
      { status: 400, code: "InvalidArgument" },
    ],
    [
      "Archive",
      "<RestoreRequest><JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>",
      { code: "MalformedXML" },
    ],
    [
      "ColdArchive",
      "<RestoreRequest><JobParameters><Tier>Now</Tier></JobParameters></RestoreRequest>",
      { code: "InvalidArgument" },
    ],
    ["Archive", "<RestoreRequest><Days>x</Days></RestoreRequest>", { code: "MalformedXML" }],
  ])("of class %s refuses %s", async (storageClass, body, expected) => {
    await archived(storageClass);
    expect(await restore(body)).toMatchObject(expected);
  });
});

describe("versions", () => {
  test("are named in headers once a bucket keeps them, and never before", async () => {
    expect((await put("k", "old")).headers).not.toHaveProperty("x-oss-version-id");
    expect((await ask({ method: "GET", path: "/bucket?versioning" })).body).not.toContain(
      "<Status>",
    );
    await versioning("Enabled");
    expect((await head("k")).headers["x-oss-version-id"]).toBe("null");
    const { headers } = await put("k", "new");
    const id = headers["x-oss-version-id"] ?? "";
    expect(id).toMatch(/^[\w-]{64}$/);
    expect((await get("k?versionId=null")).body).toBe("old");
    const gone = await ask({ method: "DELETE", path: "/bucket/k" });
    expect(gone.headers).toMatchObject({ "x-oss-delete-marker": "true" });
    const hidden = await get("k");
    expect(hidden).toMatchObject({ status: 404, code: "NoSuchKey" });
    expect(hidden.headers["x-oss-delete-marker"]).toBe("true");
    const marker = await get(`k?versionId=${gone.headers["x-oss-version-id"] ?? ""}`);
    expect(marker).toMatchObject({ status: 405, code: "MethodNotAllowed" });
    expect(marker.headers["allow"]).toBe("DELETE");
    expect((await get(`k?versionId=${id}`)).body).toBe("new");
    expect((await ask({ method: "GET", path: "/bucket" })).body).not.toContain("<Contents>");
    expect(await ask({ method: "DELETE", path: "/bucket" })).toMatchObject({
      code: "BucketNotEmpty",
    });
  });

  test("come back with their metadata when one is copied onto its key", async () => {
    await versioning("Enabled");
    const old = await put("k", "1", { "x-oss-meta-a": "old", "cache-control": "no-cache" });
    await put("k", "2");
    const id = old.headers["x-oss-version-id"] ?? "";
    await put("k", "", { "x-oss-copy-source": `/bucket/k?versionId=${id}` });
    const back = await get("k");
    expect(back.body).toBe("1");
    expect(back.headers).toMatchObject({ "x-oss-meta-a": "old", "cache-control": "no-cache" });
  });

  test("keep ACL and tags of their own", async () => {
    await versioning("Enabled");
    const { headers } = await put("k", "one");
    const id = headers["x-oss-version-id"] ?? "";
    await put("k", "two");
    const acl = { "x-oss-object-acl": "public-read" };
    const set = await ask({ method: "PUT", path: `/bucket/k?acl&versionId=${id}`, headers: acl });
    expect(set.headers["x-oss-version-id"]).toBe(id);
    expect(
      (await ask({ method: "GET", path: `/bucket/k?versionId=${id}`, anonymous: true })).body,
    ).toBe("one");
    expect((await ask({ method: "GET", path: "/bucket/k", anonymous: true })).status).toBe(403);
  });

  test.each([
    ["k?versionId=", "InvalidArgument"],
    ["k?versionId=x", "InvalidArgument"],
  ])("%s is refused", async (path, code) => {
    await put("k", "x");
    for (const method of ["GET", "HEAD", "DELETE"]) {
      expect(await ask({ method, path: `/bucket/${path}` })).toMatchObject({ status: 400, code });
    }
  });

  test("cannot be unset or set to anything else", async () => {
    for (const status of ["Disabled", ""]) {
      expect(await versioning(status)).toMatchObject({
        status: 400,
        code: "MalformedXML",
        ec: "0015-00000231",
      });
    }
    const page = { method: "GET", path: "/bucket?versions&version-id-marker=x" };
    expect(await ask(page)).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(await ask({ method: "GET", path: "/bucket?versions&max-keys=1001" })).toMatchObject({
      ec: "0012-00000102",
    });
  });
});

describe("a bucket's documents", () => {
  test.each([
    [
      "requestPayment",
      "RequestPaymentConfiguration",
      "<Payer>Requester</Payer>",
      "<Payer>BucketOwner</Payer>",
    ],
    [
      "accessmonitor",
      "AccessMonitorConfiguration",
      "<Status>Enabled</Status>",
      "<Status>Disabled</Status>",
    ],
    [
      "transferAcceleration",
      "TransferAccelerationConfiguration",
      "<Enabled>true</Enabled>",
      "NoSuchTransferAccelerationConfiguration",
    ],
    [
      "bucketArchiveDirectRead",
      "ArchiveDirectReadConfiguration",
      "<Enabled>true</Enabled>",
      "NoSuchArchiveDirectReadConfiguration",
    ],
    [
      "resourceGroup",
      "BucketResourceGroupConfiguration",
      "<ResourceGroupId>rg-acfmxazb4ph1234</ResourceGroupId>",
      "rg-default",
    ],
    [
      "publicAccessBlock",
      "PublicAccessBlockConfiguration",
      "<BlockPublicAccess>true</BlockPublicAccess>",
      "<BlockPublicAccess>false",
    ],
  ])("%s is kept and returned", async (name, root, content, unset) => {
    const path = `/bucket?${name}`;
    expect((await ask({ method: "GET", path })).body).toContain(unset);
    const other = await ask({ method: "PUT", path, body: "<Other/>" });
    expect(other).toMatchObject({ code: "MalformedXML", ec: "0015-00000231" });
    expect((await ask({ method: "PUT", path, body: `<${root}>${content}</${root}>` })).status).toBe(
      200,
    );
    expect((await ask({ method: "GET", path })).body).toContain(`<${root}>${content}</${root}>`);
  });

  test("of transfer acceleration may be removed", async () => {
    const path = "/bucket?transferAcceleration";
    const body =
      "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>";
    expect((await ask({ method: "PUT", path, body })).status).toBe(200);
    expect((await ask({ method: "DELETE", path })).status).toBe(204);
    expect(await ask({ method: "GET", path })).toMatchObject({
      status: 404,
      code: "NoSuchTransferAccelerationConfiguration",
    });
  });

  test("block public access, and refuse strangers where requesters pay", async () => {
    await ask({ method: "PUT", path: "/bucket?acl", headers: { "x-oss-acl": "public-read" } });
    await put("k", "x");
    const stranger = { method: "GET", path: "/bucket/k", anonymous: true };
    expect((await ask(stranger)).status).toBe(200);
    const pay =
      "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>";
    await ask({ method: "PUT", path: "/bucket?requestPayment", body: pay });
    expect(await ask(stranger)).toMatchObject({ status: 403, ec: "0003-00000703" });
    await ask({
      method: "PUT",
      path: "/bucket?requestPayment",
      body: pay.replace("Requester<", "BucketOwner<"),
    });
    const block =
      "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";
    await ask({ method: "PUT", path: "/bucket?publicAccessBlock", body: block });
    expect((await ask(stranger)).status).toBe(403);
    const open = { method: "PUT", path: "/bucket?acl", headers: { "x-oss-acl": "public-read" } };
    expect(await ask(open)).toMatchObject({ status: 403, code: "AccessDenied" });
    await ask({ method: "DELETE", path: "/bucket?publicAccessBlock" });
    expect((await ask(stranger)).status).toBe(200);
  });

  test("tell the one region, and no live channel", async () => {
    const regions = await ask({ method: "GET", path: "/?regions=oss-cn-hangzhou" });
    expect(regions.body.match(/<RegionInfo>/g)).toHaveLength(1);
    expect(await ask({ method: "GET", path: "/?regions=oss-x" })).toMatchObject({
      status: 404,
      code: "NoSuchRegion",
    });
    const live = await ask({ method: "GET", path: "/bucket?live" });
    expect(live.body).toContain("<ListLiveChannelResult><Prefix></Prefix>");
  });

  test("keep callbacks that uploads name", async () => {
    const path = "/bucket?policy&comp=callback";
    expect(await ask({ method: "GET", path })).toMatchObject({
      status: 404,
      code: "BucketCallbackPolicyNotExist",
    });
    const callback = Buffer.from(
      '{"callbackUrl":"http://127.0.0.1:1/","callbackBody":"b=${bucket}"}',
    ).toString("base64");
    const body = `<BucketCallbackPolicy><PolicyItem><PolicyName>p</PolicyName><Callback>${callback}</Callback><CallbackVar></CallbackVar></PolicyItem></BucketCallbackPolicy>`;
    expect((await ask({ method: "PUT", path, body })).status).toBe(200);
    expect((await ask({ method: "GET", path })).body).toContain(callback);
    const named = (name: string) =>
      put("k", "x", {
        "x-oss-callback": Buffer.from(JSON.stringify({ callbackPolicy: name })).toString("base64"),
      });
    expect(await named("p")).toMatchObject({ status: 203, code: "CallbackFailed" });
    expect(await named("q")).toMatchObject({ status: 404, code: "BucketCallbackPolicyNotExist" });
    expect((await ask({ method: "DELETE", path })).status).toBe(204);
    const broken = body.replace(callback, "e30");
    expect(await ask({ method: "PUT", path, body: broken })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
    await pipeline.services.callbacks.close();
  });
});

describe("a traffic limit", () => {
  test.each(["819199", "838860801", "fast"])("of %s is refused", async (limit) => {
    expect(await put("k", "x", { "x-oss-traffic-limit": limit })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  });

  test("slows bytes down in both directions", async () => {
    const body = "x".repeat(20_480);
    for (const run of [
      () => put("k", body, { "x-oss-traffic-limit": "819200" }),
      () => ask({ method: "GET", path: "/bucket/k?x-oss-traffic-limit=819200" }),
    ]) {
      const startedMs = performance.now();
      expect((await run()).status).toBe(200);
      expect(performance.now() - startedMs).toBeGreaterThan(150); // 200 ms at 100 KiB a second; timers may round
    }
  });
});
