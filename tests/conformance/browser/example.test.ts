// Runs the example of a page that uploads (examples/browser-upload) in Chromium. A script that the
// test adds to the page chooses the files, as a person would.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { openTarget } from "../harness.ts";
import { openPage } from "./open-page.ts";

const target = await openTarget();
const root = fileURLToPath(new URL("../../..", import.meta.url));
const port = await freePort();
/**
 * The chosen files, content type by name. Browsers leave the type empty when they cannot determine
 * it.
 */
const files = { "a b+ü.png": "image/png", "no-type": "" } as const;

// Chooses each file in turn, and reports what the page shows.
const driver = `
const shown = {};
const output = document.querySelector("#result");
for (const [name, type] of Object.entries(${JSON.stringify(files)})) {
  output.value = "";
  const chosen = new DataTransfer();
  chosen.items.add(new File(["hello"], name, { type }));
  document.querySelector("#file").files = chosen.files;
  document.querySelector("#file").dispatchEvent(new Event("change"));
  while (output.value === "") await new Promise((resolve) => setTimeout(resolve, 20));
  shown[name] = output.value;
}
await fetch("/report", { method: "POST", body: JSON.stringify(shown) });
`;

let reported: (text: string) => void = () => undefined;
const report = new Promise<string>((resolve) => {
  reported = resolve;
});

/** A proxy in front of the application. It adds the driver to the page. */
const front = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    if (request.url === "/report") {
      reported(body.toString());
      response.end();
    } else
      void pass(request.url ?? "/", request.method ?? "GET", body).then(([type, text]) => {
        response.writeHead(200, { "content-type": type }).end(text);
      });
  });
});

async function pass(
  path: string,
  method: string,
  body: Buffer,
): Promise<readonly [string, string]> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(method === "POST" ? { body: new Uint8Array(body) } : {}),
    headers: { "content-type": "application/json" },
  });
  const text = await answer.text();
  const driven = path === "/" ? `${text}<script type="module">${driver}</script>` : text;
  return [answer.headers.get("content-type") ?? "", driven];
}

let stop: () => void = () => undefined;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    front.listen(0, "127.0.0.1", resolve);
  });
  const program = "examples/browser-upload/application.ts";
  const child = spawn(
    process.execPath,
    ["--conditions=@ossicle/source", "--import", "tsx", program],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        PORT: String(port),
        PAGE_ORIGIN: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
        OSS_ENDPOINT: target.endpoint,
        OSS_REGION: target.region,
        OSS_ACCESS_KEY_ID: target.accessKeyId,
        OSS_ACCESS_KEY_SECRET: target.accessKeySecret,
      },
    },
  );
  stop = () => void child.kill();
  await new Promise((resolve) => child.stdout.once("data", resolve));
});

afterAll(async () => {
  stop();
  front.close();
  front.closeAllConnections();
  await target.close();
});

test("the example's page uploads files, and shows what its application answered", async () => {
  const close = await openPage(`http://127.0.0.1:${(front.address() as AddressInfo).port}`);
  try {
    const shown = JSON.parse(await report) as Readonly<Record<string, string>>;
    expect(Object.keys(shown)).toEqual(Object.keys(files));
    for (const [name, text] of Object.entries(shown)) {
      expect(text).toMatch(/^saved: \{"key":"[-0-9a-f]{36}\/.*","size":5\}$/);
      expect(text).toContain(`/${name}"`);
    }
  } finally {
    await close();
  }
});
