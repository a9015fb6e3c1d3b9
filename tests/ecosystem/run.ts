// `npm run ecosystem [tool …]` installs software that keeps its data in OSS, and runs each tool's
// main job against a built store. Without arguments it runs all tools, and writes the guide's
// table.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@ossicle/client";
import { freePort } from "../../scripts/free-port.ts";
import { provide } from "../conformance/prepare.ts";
import { serveFolder, servedCredentials } from "../scenarios/serve.ts";
import { installed, jobFolder, type Tool, tools, type ToolStore } from "./tools.ts";

const page = fileURLToPath(new URL("../../docs/how-to/ecosystem/README.md", import.meta.url));

interface Result {
  readonly tool: Tool;
  readonly passed: number;
  readonly failures: readonly string[];
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !tools.some((tool) => tool.name === name));
if (unknown !== undefined) {
  process.stderr.write(
    `unknown tool ${unknown}; the tools are ${tools.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}
const results: Result[] = [];
for (const tool of tools) {
  if (asked.length === 0 || asked.includes(tool.name)) results.push(await runTool(tool));
}
if (asked.length === 0) writeTable();
for (const { tool, passed, failures } of results) {
  process.stdout.write(
    `${tool.what} ${tool.version}: ${passed} passed, ${failures.length} failed\n`,
  );
  for (const failure of failures) process.stdout.write(`  ${failure}\n`);
}
process.exitCode = results.every(({ failures }) => failures.length === 0) ? 0 : 1;

async function runTool(tool: Tool): Promise<Result> {
  process.stdout.write(`── ${tool.what} ${tool.version}\n`);
  const install = process.env["OSSICLE_TEST_INSTALL"] === "1";
  const missing = provide(tool.needs, { install });
  if (missing.length > 0) {
    return { tool, passed: 0, failures: [`this machine lacks ${missing.join(" and ")}`] };
  }
  const folder = mkdtempSync(join(tmpdir(), "ossicle-ecosystem-"));
  const bucket = `eco-${tool.name}`;
  const args = ["--log-level", "silent", ...(tool.storeArgs?.(bucket) ?? [])];
  const served = await serveFolder(join(folder, "store"), args);
  try {
    const where = { endpoint: served.url, region: "cn-hangzhou", credentials: servedCredentials };
    await createClient(where).putBucket({ bucket });
    cpSync(jobFolder(tool.name), join(folder, "job"), { recursive: true });
    const { port } = new URL(served.url);
    const store = { endpoint: served.url, port, bucket, ...servedCredentials };
    return { tool, ...(await runJob(tool, store, join(folder, "job"))) };
  } catch (cause) {
    return { tool, passed: 0, failures: [String(cause)] };
  } finally {
    served.child.kill("SIGTERM");
    await served.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runJob(
  tool: Tool,
  store: ToolStore,
  cwd: string,
): Promise<Pick<Result, "passed" | "failures">> {
  const [command = "", ...args] = tool.run(installed(tool), store);
  const child = spawn(command, args, {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      OSS_ENDPOINT: store.endpoint,
      OSS_BUCKET: store.bucket,
      OSS_ACCESS_KEY_ID: store.accessKeyId,
      OSS_ACCESS_KEY_SECRET: store.accessKeySecret,
      OSS_FREE_PORT: String(await freePort()),
      PYTHONPATH: fileURLToPath(new URL(".", import.meta.url)),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    process.stdout.write(chunk);
  });
  const [code] = (await once(child, "close")) as [number | null];
  const lines = text.split("\n");
  const passed = lines.filter((line) => line.startsWith("ok ")).length;
  const failures = lines.filter((line) => line.startsWith("FAIL "));
  if (code !== 0) failures.push(`the job ended with ${code}`);
  if (passed === 0) failures.push("the job checked nothing");
  return { passed, failures };
}

// The table stands between two marks.
function writeTable(): void {
  const rows = results.map(
    ({ tool, passed, failures }) =>
      `| [${tool.what}](${tool.name}.md) | ${tool.version} | ${passed} | ${failures.length} |`,
  );
  const table = ["| Software | Version | Checks passed | Failed |", "| --- | --- | ---: | ---: |"];
  const marks = /(<!-- results -->\n)[\s\S]*?(<!-- end -->)/;
  const text = readFileSync(page, "utf8");
  if (!marks.test(text)) throw new Error(`${page} lacks <!-- results --> … <!-- end -->`);
  writeFileSync(page, text.replace(marks, `$1\n${[...table, ...rows].join("\n")}\n\n$2`));
}
