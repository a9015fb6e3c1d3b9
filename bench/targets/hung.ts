// Makes uploads whose callbacks hang, and is the application that does not answer them. It runs in
// a process of its own, so that it does not disturb the measurement. `GET /hang?count=N` answers
// when N callbacks hang, `GET /release` when none hangs any more, and `GET /pass?count=N` when N
// uploads with answered callbacks are done. Each of them, and `GET /count`, returns the number that
// hang.
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
      response.on("close", () => waiting.delete(response)); // timed out, or was answered
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
  collectGarbage(); // now, not during the measurement
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
