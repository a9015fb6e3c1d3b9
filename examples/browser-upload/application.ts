// The application: serves the page, hands out tickets, and is called back by the store. Start it
// beside `ossicle serve`: `npx tsx examples/browser-upload/application.ts`. OSS_ENDPOINT and the
// access key come from the environment.
import { fileURLToPath } from "node:url";
import { createClient, environmentCredentials } from "@ossicle/client";
import { createUploadTicket, expressCallback, refuse } from "@ossicle/kit";
import { build } from "esbuild";
import express from "express";

const env = process.env;
const port = Number(env["PORT"] ?? 8080);
const own = `http://127.0.0.1:${port}`;
/** Origins from which browsers load the page. */
const pageOrigins = env["PAGE_ORIGIN"]?.split(" ") ?? [own, `http://localhost:${port}`];
const endpoint = env["OSS_ENDPOINT"] ?? "http://127.0.0.1:9650";
const region = env["OSS_REGION"] ?? "cn-hangzhou";
const bucket = env["OSS_BUCKET"] ?? "browser-uploads";
const credentials = environmentCredentials();
const maxBytes = 10_000_000;

const client = createClient({ endpoint, region, credentials });
await client.putBucket({ bucket });
// The page and the store are different origins: without this rule the browser sends nothing.
await client.putBucketCors({
  bucket,
  rules: [
    {
      allowedOrigins: pageOrigins,
      allowedMethods: ["PUT"],
      allowedHeaders: ["*"],
      exposeHeaders: ["ETag", "x-oss-request-id", "x-oss-hash-crc64ecma"],
    },
  ],
});

const page = fileURLToPath(new URL("page.html", import.meta.url));
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  write: false,
});
const application = express();
application.get("/", (_request, response) => response.sendFile(page));
application.get("/page.js", (_request, response) => {
  response.type("text/javascript").send(outputFiles[0]?.text);
});

// Mount this before any body parser: the signature covers the raw bytes.
application.post(
  "/callback",
  expressCallback(
    ({ variables }) => {
      const [key, size = 0] = [variables.text("object"), variables.integer("size")];
      // The object stays, unless the bucket's delivery policy is `hide` or `delete`.
      return size > maxBytes ? refuse(413, { error: "too-large" }) : { key, size };
    },
    {
      trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
      onRefused: (reason) => process.stderr.write(`a callback was refused: ${reason}\n`),
    },
  ),
);

application.post("/ticket", express.json(), (request, response, next) => {
  const { name, type, size } = request.body as Readonly<Record<string, unknown>>;
  // The page reports this size, which may be wrong. The callback checks the stored size.
  if (typeof name !== "string" || typeof type !== "string" || !(Number(size) <= maxBytes)) {
    response.status(400).send("expected a name, a type and a size of at most 10 MB");
    return;
  }
  createUploadTicket({
    endpoint,
    region,
    credentials,
    bucket,
    key: `${crypto.randomUUID()}/${name}`,
    expiresSeconds: 300,
    ...(type === "" ? {} : { contentType: type }), // a file of an unknown type is sent without one
    callback: { url: `${own}/callback`, body: "object=${object}&size=${size}" },
  }).then((ticket) => response.json(ticket), next);
});

application.listen(port, "127.0.0.1", () => process.stdout.write(`open ${own}\n`));
