// A complete small application server: hands out upload tickets, and keeps only uploads that a
// verified callback confirms. Start it beside `ossicle serve`, make the bucket, and POST to
// /ticket. OSS_ENDPOINT and the access key come from the environment.
//
//     npx tsx examples/application-server.ts
import { createServer } from "node:http";
import { environmentCredentials } from "@ossicle/client";
import { createUploadTicket, nodeCallback, type UploadTicket } from "@ossicle/kit";

const env = process.env;
const port = Number(env["PORT"] ?? 8080);
const own = env["PUBLIC_URL"] ?? `http://127.0.0.1:${port}`;
const endpoint = env["OSS_ENDPOINT"] ?? "http://127.0.0.1:9650";
const bucket = env["OSS_BUCKET"] ?? "examplebucket";
const credentials = environmentCredentials();

/** Confirmed uploads by key. A real application has a database here. */
const uploads = new Map<
  string,
  { readonly size: number | undefined; readonly user: string | undefined }
>();

const confirm = nodeCallback(
  ({ variables }) => {
    const object = variables.text("object") ?? "";
    uploads.set(object, { size: variables.integer("size"), user: variables.text("user") });
    return { saved: object, of: uploads.size };
  },
  // Trust the keys of this store. By default only Alibaba's keys are trusted.
  {
    trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
    onRefused: (reason) => process.stderr.write(`a callback was refused: ${reason}\n`),
    onError: (cause) => process.stderr.write(`${String(cause)}\n`),
  },
);

const server = createServer((request, response) => {
  const json = (value: unknown): void => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (request.method === "POST" && request.url === "/callback") void confirm(request, response);
  else if (request.method === "POST" && request.url === "/ticket") {
    makeTicket().then(json, (cause: unknown) => {
      response.writeHead(500).end(String(cause));
    });
  } else json(Object.fromEntries(uploads));
});

/** Makes a ticket. The signature covers the user's id, so the uploader cannot change it. */
function makeTicket(): Promise<UploadTicket> {
  return createUploadTicket({
    endpoint,
    region: env["OSS_REGION"] ?? "cn-hangzhou",
    credentials,
    bucket,
    key: `inbox/${crypto.randomUUID()}`,
    expiresSeconds: 300,
    callback: {
      url: `${own}/callback`,
      body: "object=${object}&size=${size}&user=${x:user}",
      variables: { "x:user": "alice" },
    },
  });
}

server.listen(port, "127.0.0.1", () => {
  process.stdout.write(`application server at ${own}: POST /ticket, GET /\n`);
});
process.once("SIGTERM", () => server.close());
