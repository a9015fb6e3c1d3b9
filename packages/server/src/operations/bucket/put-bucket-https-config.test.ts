// PutBucketHttpsConfig: what is stored, what is refused, and which connections a bucket accepts.
import { expect, test } from "vitest";
import { handle } from "../../request/handle.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, put } = modelBucket();

const set = (content: string) =>
  put("?httpsConfig", `<HttpsConfiguration>${content}</HttpsConfiguration>`);
const tls = (...versions: readonly string[]): string => {
  const elements = versions.map((one) => `<TLSVersion>${one}</TLSVersion>`);
  return `<TLS><Enable>true</Enable>${elements.join("")}</TLS>`;
};
const suites =
  "<CipherSuite><Enable>true</Enable><StrongCipherSuite>false</StrongCipherSuite>" +
  "<CustomCipherSuite>ECDHE-RSA-AES128-GCM-SHA256</CustomCipherSuite>" +
  "<TLS13CustomCipherSuite>TLS_AES_128_GCM_SHA256</TLS13CustomCipherSuite></CipherSuite>";

test("counts a version that is named twice once (test of oss2)", async () => {
  await set(tls("TLSv1.2", "TLSv1.2"));
  expect((await get("?httpsConfig")).body).toContain(tls("TLSv1.2"));
});

test("stores the document in place of the one before", async () => {
  expect((await set(tls("TLSv1.2", "TLSv1.3") + suites)).status).toBe(200);
  expect((await get("?httpsConfig")).body).toContain(tls("TLSv1.2", "TLSv1.3") + suites);
  expect((await set("")).status).toBe(200);
  expect((await get("?httpsConfig")).body).not.toContain("<TLS>");
});

test.each([
  ["an unknown version", tls("SSLv3")],
  ["no version", tls()],
  ["no Enable", "<TLS><TLSVersion>TLSv1.2</TLSVersion></TLS>"],
  ["no Enable of the suites", "<CipherSuite/>"],
  ["no suite", "<CipherSuite><Enable>true</Enable></CipherSuite>"],
  ["a bad name", suites.replace("TLS_AES", "TLS AES")],
])("refuses a document with %s", async (_name, content) => {
  expect(await set(content)).toMatchObject({ status: 400, code: "MalformedXML" });
});

test("refuses a connection with another version, and none without TLS", async () => {
  await put("/k", "x");
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await set(tls("TLSv1.3"));
  expect((await get("/k")).body).toBe("x");
  const statusOver = async (version: string): Promise<number> => {
    const { services } = pipeline();
    const place = { scheme: "https", endpoint: "localhost", byHost: false } as const;
    const hosts = { baseDomains: ["localhost"], customDomains: new Map<string, string>() };
    const answer = await handle(
      { services, hosts, endpoint: () => place },
      {
        method: "GET",
        target: "/bucket/k",
        headers: { host: "127.0.0.1" },
        body: { lengthBytes: 0, chunks: (async function* () {})() },
        clientIp: "192.0.2.1",
        secure: true,
        tls: () => ({ version, cipher: "TLS_AES_128_GCM_SHA256" }),
      },
    );
    return answer.status;
  };
  expect(await statusOver("TLSv1.3")).toBe(200);
  expect(await statusOver("TLSv1.2")).toBe(403);
});
