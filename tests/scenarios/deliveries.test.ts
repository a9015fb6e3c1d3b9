// `ossicle deliveries` on the folder of a running store, and the admin listener of that store. Both
// list deliveries, show why one failed, and replay it.
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Application, answerJson, startApplication } from "./application.ts";
import { askAdmin } from "./ask-admin.ts";
import {
  type Ran,
  runCommand,
  startCommand,
  serveFolder,
  type Served,
  servedCredentials,
} from "./serve.ts";

let data: string;
let served: Served;
let application: Application;
let client: Client;
let isBroken = false;
const bucket = "ledger";

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-deliveries-"));
  served = await serveFolder(data, ["--log-level", "silent", "--admin-port", "0"]);
  application = await startApplication((response) => {
    if (isBroken) response.writeHead(302, { location: "https://b.example.com/" }).end();
    else answerJson(response);
  });
  client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket });
});
afterAll(async () => {
  await application.close();
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

const deliveries = (...args: readonly string[]): Promise<Ran> =>
  runCommand(["deliveries", ...args, "--data", data]);

async function upload(key: string): Promise<string> {
  const callback = { url: application.url, body: "o=${object}" };
  const failed = await client
    .putObject({ bucket, key, body: "x", callback })
    .catch((cause: unknown) => cause as { requestId: string });
  return failed.requestId ?? "";
}

/** Reads a state. Poll it: the outcome is recorded after the uploader's answer. */
async function stateOf(id: string): Promise<string> {
  const { output } = await deliveries("show", id, "--json");
  return output === "" ? "" : (JSON.parse(output) as { state: string }).state;
}

describe("ossicle deliveries", () => {
  test("shows why a callback failed, and replays it", async () => {
    isBroken = true;
    const id = await upload("a/failed");
    await expect.poll(() => stateOf(id)).toBe("failed");
    const shown = await deliveries("show", id);
    expect(shown.output).toContain("object     ledger/a/failed");
    expect(shown.output).toContain("answered 302 to https://b.example.com/");
    expect(shown.output).toContain(": o=a%2Ffailed");
    isBroken = false;
    expect((await deliveries("replay", id)).output).toBe(`${id} is due again\n`);
    await expect.poll(() => stateOf(id)).toBe("delivered");
    const ids = application.received.map(({ headers }) => headers["x-oss-request-id"]);
    expect(ids).toEqual([id, id]);
    const again = await deliveries("replay", id);
    expect(again).toMatchObject({ code: 1, output: "" });
    expect(again.errors).toContain("was delivered; delivered callbacks are never sent again");
  });

  test("lists, filters, pages and counts", async () => {
    const id = await upload("b/good");
    await expect.poll(() => stateOf(id)).toBe("delivered");
    const listed = await deliveries("list", "--prefix", "b/", "--since", "1h");
    expect(listed.output).toMatch(new RegExp(`^\\S+Z  ${id}  delivered  ledger/b/good  http`));
    const page = await deliveries("list", "--limit", "1", "--json");
    expect(JSON.parse(page.output)).toMatchObject({ id, bucket, attempts: [{ status: 200 }] });
    const rest = await deliveries("list", "--after", id, "--json");
    expect(rest.output).not.toContain(id);
    const { output } = await deliveries("stats", "--json");
    expect(JSON.parse(output)).toMatchObject({ endpoint: application.url, delivered: 2 });
    expect((await deliveries("list", "--endpoint", "http://nobody")).output).toBe("");
  });

  test("replays the deliveries that a filter finds, if --yes confirms it", async () => {
    isBroken = true;
    const ids = [await upload("many/1"), await upload("many/2"), await upload("few/1")];
    for (const id of ids) await expect.poll(() => stateOf(id)).toBe("failed");
    isBroken = false;
    const asked = await deliveries("replay", "--prefix", "many/", "--since", "1h");
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.errors).toContain("2 deliveries to replay: add --yes");
    const { code, output } = await deliveries("replay", "--prefix", "many/", "--yes");
    expect([code, output.trim().split("\n").length]).toEqual([0, 2]);
    for (const id of ids.slice(0, 2)) await expect.poll(() => stateOf(id)).toBe("delivered");
    expect(await stateOf(ids[2] ?? "")).toBe("failed");
    expect((await deliveries("replay")).errors).toContain("replay needs ids, or a filter");
    const both = await deliveries("replay", ids[2] ?? "", "--since", "1h", "--yes");
    expect(both).toMatchObject({ code: 1, errors: "replay takes ids or filters, not both\n" });
    const sent = await deliveries("replay", "--state", "delivered", "--yes");
    expect(sent.errors).toContain("only failed and dead deliveries are sent again");
  });

  test.each([
    ["InitiateMultipartUpload", "resumed?uploads"],
    ["AppendObject", "appended?append&position=0"], // calls back only by the bucket's policy
  ])("counts callbacks on operations that do not call back: %s", async (operation, target) => {
    const callback = Buffer.from('{"callbackUrl":"http://a.com/","callbackBody":"o"}');
    const date = new Date().toUTCString();
    const signed = [`x-oss-callback:${callback.toString("base64")}`, `x-oss-date:${date}`];
    const lines = ["POST", "", "", date, ...signed, `/${bucket}/${target}`];
    const signature = createHmac("sha1", servedCredentials.accessKeySecret)
      .update(lines.join("\n"))
      .digest("base64");
    const answer = await fetch(`${served.url}/${bucket}/${target}`, {
      method: "POST",
      headers: {
        "x-oss-date": date,
        "x-oss-callback": callback.toString("base64"),
        authorization: `OSS ${servedCredentials.accessKeyId}:${signature}`,
      },
    });
    expect(answer.status).toBe(200);
    const figures = async (): Promise<string> => (await deliveries("stats")).output;
    await expect.poll(figures).toMatch(new RegExp(`ignored on ${operation}, .*: 1, last`));
  });

  test("tail prints each new delivery in order", async () => {
    const tail = startCommand(["deliveries", "tail", "--json", "--data", data]);
    const ids: string[] = [];
    const uploadOne = async (): Promise<string> => {
      ids.push(await upload("c/tailed"));
      return tail.output();
    };
    await expect.poll(uploadOne).not.toBe(""); // it takes its time to start
    tail.interrupt();
    const { code, output } = await tail.ended;
    expect(code).toBe(0);
    const lines = output.trim().split("\n");
    const told = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    const first = ids.indexOf(told[0] ?? "");
    expect(told).toEqual(ids.slice(first, first + told.length));
  });

  test.each([
    [["show", "none"], "there is no delivery none"],
    [["replay", "0".repeat(24)], "there is no delivery"],
    [["list", "--state", "lost"], "expected due, delivered, failed"],
    [["list", "--since", "soon"], "expected 15m, 2h, 3d, or a date"],
    [["list", "--limit", "0"], "expected a whole number from 1"],
  ])("refuses %j", async (args, words) => {
    const { code, errors } = await deliveries(...args);
    expect(code).toBe(1);
    expect(errors).toContain(words);
    expect(errors).not.toContain("    at ");
  });

  test("reports a folder that holds no store", async () => {
    const { code, errors } = await runCommand(["deliveries", "list", "--data", join(data, "none")]);
    expect(code).toBe(1);
    expect(errors).toContain("holds no store");
  });
});

describe("the admin listener", () => {
  const url = (path: string): URL =>
    new URL(path, /deliveries at (\S+)/.exec(served.output())?.[1] ?? "");
  const admin = (path: string, method: "GET" | "POST" = "GET"): Promise<Response> =>
    askAdmin(url(path), method);

  test("lists, shows, counts and replays", async () => {
    isBroken = true;
    const id = await upload("d/api");
    isBroken = false;
    await expect.poll(() => stateOf(id)).toBe("failed");
    const listed = await (
      await admin("/deliveries?prefix=d/&state=failed&limit=1&since=1h")
    ).json();
    expect(listed).toMatchObject({ deliveries: [{ id, bucket, state: "failed" }] });
    const one = await (await admin(`/deliveries/${id}`)).json();
    expect(one).toMatchObject({ id, body: "o=d%2Fapi", attempts: [{ status: 302 }] });
    const figures = await (await admin("/deliveries/stats?prefix=d/")).json();
    expect(figures).toMatchObject({ endpoints: [{ endpoint: application.url, failed: 1 }] });
    const refused = await fetch(url(`/deliveries/${id}/replay`), { method: "POST" });
    expect(refused.status).toBe(403);
    const replayed = await admin(`/deliveries/${id}/replay`, "POST");
    expect(replayed.status).toBe(202);
    await expect.poll(() => stateOf(id)).toBe("delivered");
    const again = await admin(`/deliveries/${id}/replay`, "POST");
    expect(again.status).toBe(409);
  });

  test.each([
    ["/deliveries?state=lost", 400],
    ["/deliveries?since=soon", 400],
    ["/deliveries?limit=1001", 400],
    ["/deliveries?after=x", 400],
    ["/deliveries/none", 404],
    ["/deliveries/none/more", 404],
    ["/nothing", 404],
  ])("refuses %s", async (path, status) => {
    expect((await admin(path)).status).toBe(status);
  });

  test("answers `ossicle admin`, which signs", async () => {
    const ask = (...args: readonly string[]): Promise<Ran> =>
      runCommand(["admin", ...args, "--url", url("/").href]);
    const stats = await ask("/deliveries/stats");
    expect(JSON.parse(stats.output)).toMatchObject({ endpoints: [{ endpoint: application.url }] });
    const replayed = await ask("/deliveries/replay?since=1h&prefix=none/", "--post");
    expect(replayed).toMatchObject({ code: 0, output: '{"outcomes":{}}\n' });
    const missing = await ask("/deliveries/none");
    expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining("404: ") as string });
    const other = await runCommand(["admin", "/deliveries", "--url", "nowhere"]);
    expect(other).toMatchObject({ code: 1, errors: "--url nowhere: expected a URL\n" });
  });
});
