// The application's side: a handler whose argument and answer have the definition's types.
//
//     npx tsx examples/typed-callback/application.ts
import { createServer } from "node:http";
import { nodeCallback, typedCallback } from "@ossicle/kit";
import { saved } from "./saved.ts";

const port = Number(process.env["PORT"] ?? 8080);
const endpoint = process.env["OSS_ENDPOINT"] ?? "http://127.0.0.1:9650";
const handle = nodeCallback(
  typedCallback(saved, ({ key, size, user }) => ({ url: `/${user}/${key}?${size}` })),
  {
    trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
    onRefused: (reason) => process.stderr.write(`a callback was refused: ${reason}\n`),
  },
);
createServer((request, response) => void handle(request, response)).listen(port, "127.0.0.1", () =>
  process.stdout.write(`listening on ${port}\n`),
);
