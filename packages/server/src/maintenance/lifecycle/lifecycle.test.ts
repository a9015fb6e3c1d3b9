// Lifecycle rules on a clock that the test moves: what they remove, move and abort, and what they
// leave; leases, conflicts and jobs.
import type { Commit, MetadataStore } from "@ossicle/store";
import { beforeEach, describe, expect, test } from "vitest";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { closeUpload } from "../../objects/uploads/uploads.ts";
import { jobsDueBefore, readJob } from "../../objects/records/jobs.ts";
import { type ModelPipeline, modelPipeline } from "../../testing/model-pipeline.ts";
import { Lifecycle, type LifecycleReport } from "./lifecycle.ts";

const dayMs = 86_400_000;
let pipeline: ModelPipeline;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
});

const put = (path: string, body = "x", headers: Readonly<Record<string, string>> = {}) =>
  pipeline.ask({ method: "PUT", path: `/bucket${path}`, body, headers });
const get = (path: string) => pipeline.ask({ method: "GET", path: `/bucket${path}` });
const head = (path: string) => pipeline.ask({ method: "HEAD", path: `/bucket${path}` });
const rule = (content: string, { prefix = "", status = "Enabled" } = {}): string =>
  `<Rule><ID>r</ID><Prefix>${prefix}</Prefix><Status>${status}</Status>${content}</Rule>`;
const expire = (time: string): string => `<Expiration>${time}</Expiration>`;
const expireNoncurrent = (count: number): string =>
  `<NoncurrentVersionExpiration><NoncurrentDays>${count}</NoncurrentDays>` +
  "</NoncurrentVersionExpiration>";
const days = (count: number): string => `<Days>${count}</Days>`;

async function setRules(...rules: readonly string[]): Promise<void> {
  const numbered = rules.map((one, index) => one.replace("<ID>r<", `<ID>r${index}<`));
  const body = `<LifecycleConfiguration>${numbered.join("")}</LifecycleConfiguration>`;
  const headers = { "x-oss-allow-same-action-overlap": "true" };
  const answer = await pipeline.ask({ method: "PUT", path: "/bucket?lifecycle", body, headers });
  expect(answer.status, answer.body).toBe(200);
}

const worker = (): Lifecycle => new Lifecycle(pipeline.services);
function runAfter(waitDays: number): Promise<LifecycleReport> {
  pipeline.clock.ms += waitDays * dayMs;
  return worker().run();
}
const keepVersions = () =>
  put("?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");

/** The pipeline's metadata, with an act before each commit. */
function beforeCommits(act: (commit: Commit) => Promise<void>): MetadataStore {
  const { metadata } = pipeline.services;
  return {
    getMany: (keys, options) => metadata.getMany(keys, options),
    scan: (scan) => metadata.scan(scan),
    commit: async (commit) => {
      await act(commit);
      return metadata.commit(commit);
    },
    close: () => metadata.close(),
  };
}

describe("expiration", () => {
  test("removes objects after their days, which begin at midnight UTC", async () => {
    await put("/logs/old"); // at noon
    await put("/other");
    await setRules(rule(expire(days(2)), { prefix: "logs/" }));
    expect((await runAfter(2)).removed).toBe(0); // at noon of the second day
    expect((await runAfter(0.49)).removed).toBe(0);
    expect(await runAfter(0.02)).toMatchObject({ judged: 1, removed: 1 });
    expect((await get("/logs/old")).code).toBe("NoSuchKey");
    expect((await get("/other")).status).toBe(200);
  });

  test("removes objects from before a date, and no others", async () => {
    await put("/before");
    pipeline.clock.ms += dayMs;
    await put("/after");
    const date = new Date(Math.ceil(pipeline.clock.ms / dayMs) * dayMs - dayMs).toISOString();
    await setRules(rule(expire(`<CreatedBeforeDate>${date}</CreatedBeforeDate>`)));
    expect((await worker().run()).removed).toBe(1);
    expect((await get("/before")).status).toBe(404);
    expect((await get("/after")).status).toBe(200);
  });

  test("concerns the objects of its tags and sizes, except those that Not names", async () => {
    await put("/a/small", "x");
    await put("/a/tagged", "x".repeat(20), { "x-oss-tagging": "k=v&other=1" });
    await put("/a/wrong", "x".repeat(20), { "x-oss-tagging": "k=w" });
    await put("/a/keep/tagged", "x".repeat(20), { "x-oss-tagging": "k=v" });
    const filter =
      "<Tag><Key>k</Key><Value>v</Value></Tag><Filter>" +
      "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>" +
      "<Not><Prefix>a/keep/</Prefix></Not></Filter>";
    await setRules(rule(filter + expire(days(1)), { prefix: "a/" }));
    expect((await runAfter(2)).removed).toBe(1);
    expect((await get("/a/tagged")).status).toBe(404);
    for (const key of ["small", "wrong", "keep/tagged"]) {
      expect((await get(`/a/${key}`)).status, key).toBe(200);
    }
  });

  test("of a disabled rule does nothing", async () => {
    await put("/key");
    await setRules(rule(expire(days(1)), { status: "Disabled" }));
    expect(await runAfter(9)).toMatchObject({ judged: 0, removed: 0 });
  });

  test("removes the bytes of large objects, and more objects than a commit takes", async () => {
    for (let at = 0; at < 150; at += 1) await put(`/n${at}`, at % 3 === 0 ? "y".repeat(200) : "x");
    await setRules(rule(expire(days(1))));
    expect((await runAfter(2)).removed).toBe(150);
    expect((await get("")).body).not.toContain("<Contents>");
  });

  test("puts a delete marker over a version, and removes a lone marker", async () => {
    await keepVersions();
    await put("/key");
    const expired = "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>";
    const noncurrent = expireNoncurrent(3);
    await setRules(rule(expire(days(1)) + noncurrent), rule(expire(expired)));
    expect(await runAfter(2)).toMatchObject({ marked: 1, removed: 0 });
    expect((await get("/key")).status).toBe(404);
    expect((await get("?versions")).body).toContain("<Version>");
    // The version became noncurrent when the marker was written.
    expect(await runAfter(3)).toMatchObject({ marked: 0, removed: 0 });
    expect(await runAfter(1)).toMatchObject({ removed: 2 });
    const { body } = await get("?versions");
    expect(body).not.toMatch(/<Version>|<DeleteMarker>/);
  });
});

describe("noncurrent versions", () => {
  test("count from the time of the next newer version, and the current one stays", async () => {
    await keepVersions();
    await put("/key", "one");
    pipeline.clock.ms += dayMs;
    await put("/key", "two");
    pipeline.clock.ms += 5 * dayMs;
    await put("/key", "three");
    await setRules(rule(expireNoncurrent(3)));
    expect((await worker().run()).removed).toBe(1);
    expect((await get("/key")).body).toBe("three");
    expect((await get("?versions")).body.match(/<Version>/g)).toHaveLength(2);
    expect((await runAfter(4)).removed).toBe(1);
    expect((await get("/key")).body).toBe("three");
  });

  test("of one key in large numbers are all removed in one run", async () => {
    await keepVersions();
    for (let at = 0; at < 40; at += 1) await put("/key", `v${at}`);
    await setRules(rule(expireNoncurrent(1)));
    expect((await runAfter(2)).removed).toBe(39);
    expect((await get("/key")).body).toBe("v39");
  });

  test("move to another class alone", async () => {
    await keepVersions();
    await put("/key", "one");
    await put("/key", "two");
    const days1 = "<NoncurrentDays>1</NoncurrentDays><StorageClass>Archive</StorageClass>";
    await setRules(rule(`<NoncurrentVersionTransition>${days1}</NoncurrentVersionTransition>`));
    expect((await runAfter(2)).moved).toBe(1);
    const classes = (await get("?versions")).body.match(/<StorageClass>\w+/g);
    expect(classes).toEqual(["<StorageClass>Standard", "<StorageClass>Archive"]);
    expect((await runAfter(1)).moved).toBe(0);
  });
});

describe("a transition", () => {
  test("moves down only, to the coldest class that is due, and keeps Last-Modified", async () => {
    await put("/key", "x");
    await put("/cold", "x", { "x-oss-storage-class": "ColdArchive" });
    const { headers } = await head("/key");
    const to = (count: number, name: string): string =>
      `<Transition><Days>${count}</Days><StorageClass>${name}</StorageClass></Transition>`;
    await setRules(rule(to(1, "IA") + to(5, "Archive")));
    expect((await runAfter(2)).moved).toBe(1);
    const moved = await head("/key");
    expect(moved.headers["x-oss-storage-class"]).toBe("IA");
    expect(moved.headers["last-modified"]).toBe(headers["last-modified"]);
    expect((await get("/key")).body).toBe("x");
    expect((await runAfter(9)).moved).toBe(1);
    expect((await get("/key")).code).toBe("InvalidObjectState");
    expect((await head("/cold")).headers["x-oss-storage-class"]).toBe("ColdArchive");
  });
});

test("unfinished uploads are aborted after their days", async () => {
  const begin = (key: string) => pipeline.ask({ method: "POST", path: `/bucket/${key}?uploads` });
  await begin("in/one");
  await begin("out/two");
  await setRules(
    rule(`<AbortMultipartUpload>${days(1)}</AbortMultipartUpload>`, { prefix: "in/" }),
  );
  expect((await runAfter(2)).aborted).toBe(1);
  const { body } = await get("?uploads");
  expect(body).toContain("<Key>out/two</Key>");
  expect(body).not.toContain("in/one");
});

describe("a job", () => {
  const jobs = async (): Promise<readonly number[]> => {
    const { rows } = await pipeline.metadata.scan({ ...jobsDueBefore(2 ** 48 - 1), limit: 10 });
    return rows.flatMap((row) => {
      const job = "entry" in row ? readJob(row.entry) : undefined;
      return job?.kind === "lifecycle" ? [job.dueMs] : [];
    });
  };

  test("is due again at the next midnight UTC, and ends with its rules", async () => {
    await setRules(rule(expire(days(1))));
    await setRules(rule(expire(days(2)))); // the first job is that of other rules now
    expect(await jobs()).toHaveLength(2);
    await worker().run();
    expect(await jobs()).toEqual([Math.ceil(pipeline.clock.ms / dayMs) * dayMs]);
    await pipeline.ask({ method: "DELETE", path: "/bucket?lifecycle" });
    await runAfter(1);
    expect(await jobs()).toEqual([]);
  });

  test("ends with its bucket", async () => {
    await setRules(rule(expire(days(1))));
    expect((await pipeline.ask({ method: "DELETE", path: "/bucket" })).status).toBe(204);
    await runAfter(2);
    expect(await jobs()).toEqual([]);
  });

  test("whose worker died is continued where the worker was", async () => {
    for (let at = 0; at < 2_500; at += 1) await put(`/n${String(at).padStart(4, "0")}`);
    await setRules(rule(expire(days(1))));
    pipeline.clock.ms += 2 * dayMs;
    // The clock moves with every look at it, so that progress is recorded after every part.
    const clock = (): number => (pipeline.clock.ms += 700);
    let commits = 0;
    const metadata = beforeCommits(() => {
      commits += 1;
      if (commits > 30) throw new Error("the worker died");
      return Promise.resolve();
    });
    const first = await new Lifecycle({ ...pipeline.services, metadata, clock }).run();
    expect(first.removed).toBeGreaterThan(0);
    expect(first.removed).toBeLessThan(2_500);
    // Its lease holds others off.
    expect((await worker().run()).judged).toBe(0);
    pipeline.clock.ms += 300_000;
    const second = await worker().run();
    expect(second.judged).toBeLessThanOrEqual(2_500 - first.removed + 1_000);
    expect((await get("?max-keys=1")).body).not.toContain("<Contents>");
  });

  test("is done by one of two workers", async () => {
    for (let at = 0; at < 300; at += 1) await put(`/n${at}`);
    await setRules(rule(expire(days(1))));
    pipeline.clock.ms += 2 * dayMs;
    const [one, other] = await Promise.all([worker().run(), worker().run()]);
    expect(one.removed + other.removed).toBe(300);
    expect(Math.min(one.judged, other.judged)).toBe(0);
  });
});

test("an object that is written during a run stays", async () => {
  for (let at = 0; at < 63; at += 1) await put(`/n${at}`);
  await setRules(rule(expire(days(1))));
  pipeline.clock.ms += 2 * dayMs;
  let isFirst = true;
  // Between the scan and the commit, another writer replaces one of the objects.
  const metadata = beforeCommits(async ({ deletes }) => {
    if (!isFirst || deletes.length < 10) return;
    isFirst = false;
    await put("/n7", "new");
  });
  const report = await new Lifecycle({ ...pipeline.services, metadata }).run();
  expect(isFirst).toBe(false);
  expect(report.removed).toBe(62);
  expect((await get("/n7")).body).toBe("new");
});

describe("a change between judgement and commit", () => {
  /** Acts once, before the first commit that removes or writes a record of a kind. */
  function before(letter: string, act: () => Promise<unknown>): MetadataStore {
    let isFirst = true;
    return beforeCommits(async ({ deletes, puts }) => {
      const keys = [...deletes, ...puts.map(({ key }) => key)];
      if (!isFirst || !keys.some((key) => key[0] === letter.charCodeAt(0))) return;
      isFirst = false;
      await act();
    });
  }
  // Another process, so that it does not wait for this one's changes of the key.
  const beside = (): Promise<ModelPipeline> => modelPipeline({ beside: pipeline });

  test("keeps a version that became noncurrent again", async () => {
    await keepVersions();
    await put("/key", "one");
    pipeline.clock.ms += dayMs;
    const two = (await put("/key", "two")).headers["x-oss-version-id"];
    await setRules(rule(expireNoncurrent(3)));
    pipeline.clock.ms += 9 * dayMs;
    const other = await beside();
    const metadata = before("v", async () => {
      await other.ask({ method: "DELETE", path: `/bucket/key?versionId=${two}` });
      await other.ask({ method: "PUT", path: "/bucket/key", body: "three" });
    });
    expect((await new Lifecycle({ ...pipeline.services, metadata }).run()).removed).toBe(0);
    expect((await get("?versions")).body.match(/<Version>/g)).toHaveLength(2);
  });

  test("keeps a version whose tags changed", async () => {
    await keepVersions();
    const one = (await put("/key", "one", { "x-oss-tagging": "k=v" })).headers["x-oss-version-id"];
    await put("/key", "two");
    const tagged = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    await setRules(rule(tagged + expireNoncurrent(1)));
    pipeline.clock.ms += 9 * dayMs;
    const other = await beside();
    const tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>keep</Value></Tag></TagSet></Tagging>";
    const path = `/bucket/key?tagging&versionId=${one}`;
    const metadata = before("v", () => other.ask({ method: "PUT", path, body: tags }));
    expect((await new Lifecycle({ ...pipeline.services, metadata }).run()).removed).toBe(0);
  });

  test("does not archive an object that was appended to", async () => {
    const append = (at: ModelPipeline, position: number) =>
      at.ask({ method: "POST", path: `/bucket/log?append&position=${position}`, body: "x" });
    await append(pipeline, 0);
    const archive = "<Transition><Days>1</Days><StorageClass>Archive</StorageClass></Transition>";
    await setRules(rule(archive));
    pipeline.clock.ms += 9 * dayMs;
    const other = await beside();
    const metadata = before("o", () => append(other, 1));
    expect((await new Lifecycle({ ...pipeline.services, metadata }).run()).moved).toBe(0);
    expect((await get("/log")).body).toBe("xx");
  });

  test("of the bucket's settings does not delay the run to the next day", async () => {
    await put("/key");
    await setRules(rule(expire(days(1))));
    pipeline.clock.ms += 2 * dayMs;
    const site =
      "<WebsiteConfiguration><ErrorDocument><Key>e</Key></ErrorDocument></WebsiteConfiguration>";
    const metadata = before("o", () => put("?website", site));
    expect((await new Lifecycle({ ...pipeline.services, metadata }).run()).removed).toBe(1);
  });
});

describe("a failure", () => {
  test("of the look for jobs is logged, and does not end the process", async () => {
    const { metadata } = pipeline.services;
    const away = {
      getMany: metadata.getMany.bind(metadata),
      commit: metadata.commit.bind(metadata),
      close: () => metadata.close(),
      scan: () => Promise.reject(new Error("the connection is lost")),
    };
    const run = new Lifecycle({ ...pipeline.services, metadata: away }).run();
    await expect(run).resolves.toMatchObject({ judged: 0 });
  });

  test("of one change does not stop the others", async () => {
    await keepVersions();
    for (const key of ["/a", "/b", "/c"]) await put(key);
    await setRules(rule(expire(days(1))));
    pipeline.clock.ms += 2 * dayMs;
    const metadata = beforeCommits(({ puts }) =>
      puts.some(({ key }) => Buffer.from(key).toString().endsWith("b") && key[0] === 0x6f)
        ? Promise.reject(new Error("the disk is full"))
        : Promise.resolve(),
    );
    const run = await new Lifecycle({ ...pipeline.services, metadata }).run();
    expect(run).toMatchObject({ marked: 2, failed: 1 });
    expect((await get("/b")).status).toBe(200);
    // It is tried again an hour later, and not before.
    pipeline.clock.ms += 1_800_000;
    expect(await worker().run()).toMatchObject({ judged: 0 });
    pipeline.clock.ms += 1_800_000;
    expect((await worker().run()).marked).toBe(1);
  });

  test("of a completion does not keep the rules from the rest of the bucket", async () => {
    const begun = await pipeline.ask({ method: "POST", path: "/bucket/up?uploads" });
    const id = /<UploadId>([0-9A-F]{32})</.exec(begun.body)?.[1] ?? "";
    await put("/other");
    const both = `<AbortMultipartUpload>${days(1)}</AbortMultipartUpload>${expire(days(1))}`;
    await setRules(rule(both));
    pipeline.clock.ms += 5 * dayMs;
    // Closed by a process that died: the completion has no parts that could be committed.
    const { bucket } = await lookUp(pipeline.services, "bucket");
    if (bucket === undefined) throw new Error("the bucket is not there");
    const target = { bucket, key: "up", head: undefined };
    await closeUpload(pipeline.services, target, id);
    expect(await worker().run()).toMatchObject({ removed: 1, aborted: 0 });
    expect((await runAfter(1)).aborted).toBe(1);
  });
});

test("a delete marker that Not names stays", async () => {
  await keepVersions();
  const remove = (key: string) => pipeline.ask({ method: "DELETE", path: `/bucket/${key}` });
  await remove("a/keep/x");
  await remove("a/y");
  const filter = "<Filter><Not><Prefix>a/keep/</Prefix></Not></Filter>";
  const lone = "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>";
  await setRules(rule(filter + expire(lone), { prefix: "a/" }));
  expect((await worker().run()).removed).toBe(1);
  expect((await get("?versions")).body).toContain("a/keep/x");
});

describe("x-oss-expiration", () => {
  const expirationOf = async (path: string): Promise<readonly (string | undefined)[]> => {
    const answers = [await get(path), await head(path)];
    return answers.map(({ headers }) => headers["x-oss-expiration"]);
  };

  test("tells the earliest removal of an object, and its rule", async () => {
    await setRules(
      rule(expire(days(9)), { prefix: "logs/" }),
      rule(expire(days(2)), { prefix: "logs/a" }),
      rule(expire(days(1)), { prefix: "logs/a", status: "Disabled" }),
    );
    await put("/logs/a"); // 2026-11-22, at noon
    await put("/logs/b");
    await put("/other");
    const told = 'expiry-date="Wed, 25 Nov 2026 00:00:00 GMT", rule-id="r1"';
    expect(await expirationOf("/logs/a")).toEqual([told, told]);
    const later = 'expiry-date="Wed, 02 Dec 2026 00:00:00 GMT", rule-id="r0"';
    expect(await expirationOf("/logs/b")).toEqual([later, later]);
    expect(await expirationOf("/other")).toEqual([undefined, undefined]);
    // The object is removed at that time, and not before.
    pipeline.clock.ms = Date.parse("2026-11-24T23:59:59.000Z");
    expect((await worker().run()).removed).toBe(0);
    expect((await runAfter(1 / 86_400)).removed).toBe(1);
  });

  test("tells that an object from before a date is due", async () => {
    await put("/k");
    const date = "2026-11-23T00:00:00.000Z";
    await setRules(rule(expire(`<CreatedBeforeDate>${date}</CreatedBeforeDate>`)));
    const told = 'expiry-date="Mon, 23 Nov 2026 00:00:00 GMT", rule-id="r0"';
    expect(await expirationOf("/k")).toEqual([told, told]);
    expect((await worker().run()).removed).toBe(1);
    pipeline.clock.ms = Date.parse(date);
    await put("/k");
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
  });

  test("tells the older form of a date, on which the object becomes due", async () => {
    await put("/k");
    await setRules(rule(expire("<Date>2027-01-01T00:00:00.000Z</Date>")));
    const told = 'expiry-date="Fri, 01 Jan 2027 00:00:00 GMT", rule-id="r0"';
    expect(await expirationOf("/k")).toEqual([told, told]);
    expect((await worker().run()).removed).toBe(0);
  });

  test("is not sent for an object that a retention protects then", async () => {
    await put("/k");
    await setRules(rule(expire(days(1))));
    const worm =
      "<InitiateWormConfiguration><RetentionPeriodInDays>30</RetentionPeriodInDays>" +
      "</InitiateWormConfiguration>";
    const begun = await pipeline.ask({ method: "POST", path: "/bucket?worm", body: worm });
    const id = begun.headers["x-oss-worm-id"];
    await pipeline.ask({ method: "POST", path: `/bucket?wormId=${id}` });
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
    await setRules(rule(expire(days(31))));
    expect(await expirationOf("/k")).not.toContain(undefined);
  });

  test("is not sent for rules that remove delete markers only, or that are disabled", async () => {
    await put("/k");
    await setRules(
      rule(expire("<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>")),
      rule(expire(days(1)), { prefix: "k", status: "Disabled" }),
    );
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
  });

  test("is not sent for a time that no date can tell", async () => {
    await put("/k");
    await setRules(rule(expire(days(100_000_000))));
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
  });

  test("is not sent for a version that a request names, nor once the rules are gone", async () => {
    await keepVersions();
    await setRules(rule(expire(days(1))));
    const { headers } = await put("/k");
    expect(await expirationOf("/k")).not.toContain(undefined);
    const named = await get(`/k?versionId=${headers["x-oss-version-id"]}`);
    expect(named.headers).not.toHaveProperty("x-oss-expiration");
    await pipeline.ask({ method: "DELETE", path: "/bucket?lifecycle" });
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
    await setRules(rule("<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>"));
    expect(await expirationOf("/k")).toEqual([undefined, undefined]);
  });

  test("encodes an id that a header cannot have", async () => {
    await put("/k");
    const body =
      '<LifecycleConfiguration><Rule><ID>日"</ID><Prefix/><Status>Enabled</Status>' +
      `${expire(days(1))}</Rule></LifecycleConfiguration>`;
    await pipeline.ask({ method: "PUT", path: "/bucket?lifecycle", body });
    expect((await head("/k")).headers["x-oss-expiration"]).toContain('rule-id="%E6%97%A5%22"');
  });
});

test("a move into one of the two coldest classes is told with its time", async () => {
  const move = (count: number, to: string): string =>
    `<Transition>${days(count)}<StorageClass>${to}</StorageClass></Transition>`;
  await put("/k");
  await setRules(rule(move(1, "IA") + move(2, "Archive") + move(3, "DeepColdArchive")));
  const timesOf = async (): Promise<readonly (string | undefined)[]> => [
    (await head("/k")).headers["x-oss-transition-time"],
    (await head("/k?objectMeta")).headers["x-oss-transition-time"],
    /<TransitionTime>(.*?)</.exec((await get("?prefix=k")).body)?.[1],
    /<TransitionTime>(.*?)</.exec((await get("?versions")).body)?.[1],
  ];
  const none = [undefined, undefined, undefined, undefined];
  await runAfter(2);
  expect(await timesOf()).toEqual(none);
  await runAfter(2);
  const [date, iso] = ["Thu, 26 Nov 2026 12:00:00 GMT", "2026-11-26T12:00:00.000Z"];
  expect(await timesOf()).toEqual([date, date, iso, iso]);
  await pipeline.ask({ method: "POST", path: "/bucket/k?restore" });
  pipeline.clock.ms += dayMs / 2;
  const headers = { "x-oss-copy-source": "/bucket/k", "x-oss-storage-class": "Archive" };
  expect((await put("/copy", "", headers)).status).toBe(200);
  expect((await head("/copy")).headers).not.toHaveProperty("x-oss-transition-time");
  await put("/k", "another object");
  expect(await timesOf()).toEqual(none);
});
