// Last access times: what counts as an access, and the lifecycle rules that count from it.
import { beforeEach, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { Lifecycle } from "./lifecycle.ts";

const { pipeline, get, head, keepVersions, put } = modelBucket();
const dayMs = 86_400_000;

const track = (status = "Enabled") =>
  put(
    "?accessmonitor",
    `<AccessMonitorConfiguration><Status>${status}</Status></AccessMonitorConfiguration>`,
  );
const setRule = (move: string, kind = "Transition") => {
  const rule = `<Rule><ID>r</ID><Prefix/><Status>Enabled</Status><${kind}>${move}</${kind}></Rule>`;
  return put("?lifecycle", `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
};
const byAccess = (days: number, more = ""): string =>
  `<Days>${days}</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime>${more}`;
const accessOf = async (path: string): Promise<string | undefined> =>
  (await head(`${path}?objectMeta`)).headers["x-oss-last-access-time"];
const classOf = async (path: string): Promise<string | undefined> =>
  (await head(path)).headers["x-oss-storage-class"];
const read = async (path: string): Promise<void> => {
  expect((await get(path)).status).toBe(200);
  await pipeline().services.accessTimes.write();
};
const runRules = () => new Lifecycle(pipeline().services).run();

beforeEach(async () => {
  await put("/k", "x");
});

test("without a read, the last access is the time at which the tracking began", async () => {
  expect(await accessOf("/k")).toBeUndefined();
  pipeline().clock.ms += dayMs;
  await track();
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  pipeline().clock.ms += dayMs;
  await track();
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  await track("Disabled");
  expect(await accessOf("/k")).toBeUndefined();
});

test("a read is an access, once in 24 hours; a HEAD is none", async () => {
  await track();
  pipeline().clock.ms += dayMs;
  await head("/k");
  await read("/k");
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  pipeline().clock.ms += dayMs - 1_000;
  await read("/k");
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  pipeline().clock.ms += 1_000;
  await read("/k");
  expect(await accessOf("/k")).toBe("Tue, 24 Nov 2026 12:00:00 GMT");
});

test("a write and a change of the ACL are accesses, and a copy is none to its source", async () => {
  await track();
  pipeline().clock.ms += dayMs;
  await put("/copy", "", { "x-oss-copy-source": "/bucket/k" });
  await pipeline().services.accessTimes.write();
  expect(await accessOf("/k")).toBe("Sun, 22 Nov 2026 12:00:00 GMT");
  expect(await accessOf("/copy")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
  await put("/k?acl", "", { "x-oss-object-acl": "private" });
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
});

test("an access to a version that is not current any more is that version's", async () => {
  await keepVersions();
  const { headers } = await put("/k", "1");
  await track();
  pipeline().clock.ms += dayMs;
  const version = `/k?versionId=${headers["x-oss-version-id"]}`;
  expect((await get(version)).body).toBe("1");
  await put("/k", "2");
  pipeline().clock.ms += dayMs;
  await pipeline().services.accessTimes.write();
  expect(await accessOf("/k")).toBe("Mon, 23 Nov 2026 12:00:00 GMT"); // its upload
  const older = `${version}&objectMeta`;
  expect((await head(older)).headers["x-oss-last-access-time"]).toBe(
    "Mon, 23 Nov 2026 12:00:00 GMT",
  );
});

test("rules move objects that were not read for their days", async () => {
  await put("/read", "x");
  await track();
  expect((await setRule(byAccess(3))).status).toBe(200);
  pipeline().clock.ms += 2 * dayMs;
  await read("/read");
  pipeline().clock.ms += 2 * dayMs;
  expect(await runRules()).toMatchObject({ moved: 1 });
  expect([await classOf("/k"), await classOf("/read")]).toEqual(["IA", "Standard"]);
  await read("/k");
  expect(await classOf("/k")).toBe("IA");
});

test("a read moves an object back where the rule says so", async () => {
  await track();
  await setRule(byAccess(1, "<ReturnToStdWhenVisit>true</ReturnToStdWhenVisit>"));
  pipeline().clock.ms += 3 * dayMs;
  await runRules();
  expect(await classOf("/k")).toBe("IA");
  await read("/k");
  expect(await classOf("/k")).toBe("Standard");
  expect(await runRules()).toMatchObject({ moved: 0 });
});

test("small objects stay where the rule says so", async () => {
  await put("/large", "x".repeat(65_536));
  await track();
  await setRule(byAccess(1, "<AllowSmallFile>false</AllowSmallFile>"));
  pipeline().clock.ms += 3 * dayMs;
  expect(await runRules()).toMatchObject({ moved: 1 });
  expect([await classOf("/k"), await classOf("/large")]).toEqual(["Standard", "IA"]);
});

test("noncurrent versions are moved by their own access", async () => {
  await keepVersions();
  const { headers } = await put("/k", "1");
  await put("/k", "2");
  await track();
  const days = "<NoncurrentDays>2</NoncurrentDays><StorageClass>IA</StorageClass>";
  const move = `${days}<IsAccessTime>true</IsAccessTime>`;
  expect((await setRule(move, "NoncurrentVersionTransition")).status).toBe(200);
  const version = `/k?versionId=${headers["x-oss-version-id"]}`;
  pipeline().clock.ms += dayMs;
  await read(version);
  pipeline().clock.ms += 1.5 * dayMs;
  await runRules();
  expect(await classOf(version)).toBe("Standard");
  pipeline().clock.ms += dayMs;
  await runRules();
  expect(await classOf(version)).toBe("IA");
});

test("only one succeeds of a rule and a concurrent end of the tracking", async () => {
  for (let round = 0; round < 20; round += 1) {
    await track();
    await pipeline().ask({ method: "DELETE", path: "/bucket?lifecycle" });
    const [rule, end] = await Promise.all([setRule(byAccess(1)), track("Disabled")]);
    expect([rule.status, end.status].filter((status) => status === 200)).toHaveLength(1);
  }
});

test("rules and tracking need each other", async () => {
  expect(await setRule(byAccess(1))).toMatchObject({ status: 400, code: "MalformedXML" });
  await track();
  expect((await setRule(byAccess(1))).status).toBe(200);
  expect(await track("Disabled")).toMatchObject({ code: "AccessMonitorDisableNotAllowed" });
  const dated =
    "<CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate>" +
    "<StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime>";
  expect(await setRule(dated)).toMatchObject({ status: 400, ec: "0014-00000047" });
});
