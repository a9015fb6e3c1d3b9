// Uploads whose callbacks hang, and the application that lets them: in a process of its own, so
// that what is measured beside it is the store. `GET /hang?count=N` answers when so many hang, `GET
// /release` when none does any more, `GET /pass?count=N` when so many were answered at once. Each,
// and `GET /count`, says how many hang.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@ossicle/client";
import { bucket, credentials } from "../load.ts";
import { collectGarbage } from "../process.ts";

const client = createClient({
  endpoint: process.env["HUNG_STORE"] ?? "",
  region: "cn-hangzhou",
  credentials,
  attempts: 1,
});
const waiting = new Set<ServerResponse>();
const silent = createServer((request, response) => {
  request.resume().on("end", () => {
    if (hangs) {
      waiting.add(response);
      response.on("close", () => waiting.delete(response)); // the store gave up, or was answered
    } else response.writeHead(200, { "content-length": 2 }).end("{}");
  });
});
let hangs = true;
let uploads: Promise<unknown> = Promise.resolve();

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function answer(target: URL): Promise<void> {
  if (target.pathname === "/count") return;
  if (target.pathname === "/release") {
    for (const response of waiting) response.writeHead(200, { "content-length": 2 }).end("{}");
    await uploads;
    return;
  }
  hangs = target.pathname === "/hang";
  const count = Number(target.searchParams.get("count"));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  let ended = 0;
  const begun = Array.from({ length: count }, (_, index) =>
    client
      .putObject({ bucket, key: `hung/${index}`, body: "x", callback: { url, body: "o" } })
      .catch(() => undefined)
      .finally(() => (ended += 1)),
  );
  uploads = Promise.all(begun);
  if (hangs) await until(() => waiting.size + ended >= count);
  else await uploads;
  collectGarbage(); // not while the store is measured
}

const control = createServer((request, response) => {
  const target = new URL(request.url ?? "/", "http://control");
  void answer(target).then(() => response.end(String(waiting.size)));
});
silent.listen(0, "127.0.0.1", () => {
  control.listen(0, "127.0.0.1", () => {
    const { port } = control.address() as AddressInfo;
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
});
