// `npm run compatibility`: writes the matrix of docs/reference/compatibility.md from the results of
// the last conformance run.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stories } from "../tests/conformance/stories.ts";
import { root } from "./steps.ts";

interface Result {
  readonly sdk: string;
  readonly signature: string;
  readonly story: string;
  readonly ok: boolean;
}

const lines = (await readFile(join(root, ".cache", "conformance.jsonl"), "utf8"))
  .trim()
  .split("\n");
const latest = new Map<string, Result>();
for (const line of lines) {
  const result = JSON.parse(line) as Result;
  latest.set(`${result.sdk} ${result.signature} ${result.story}`, result);
}
const results = [...latest.values()];
const sdks = [...new Set(results.map(({ sdk }) => sdk))].sort();
const operations = [...new Set(stories.flatMap((story) => story.operations))];

function storiesOf(operation: string): readonly string[] {
  return stories.filter((story) => story.operations.includes(operation)).map(({ name }) => name);
}

function cell(sdk: string, operation: string): string {
  const names = new Set(storiesOf(operation));
  const found = results.filter((one) => one.sdk === sdk && names.has(one.story));
  const passed = found.filter(({ ok }) => ok).length;
  if (found.length === 0) return "—"; // the SDK has no call for it
  return passed === found.length ? `done (${passed})` : `partial (${passed} of ${found.length})`;
}

const rows = operations.map((operation) => {
  const names = storiesOf(operation);
  const cells = [operation, ...sdks.map((sdk) => cell(sdk, operation)), names.join(", ")];
  return `| ${cells.join(" | ")} |`;
});
const table = [
  `| operation | ${sdks.join(" | ")} | stories |`,
  `| --- |${" --- |".repeat(sdks.length + 1)}`,
  ...rows,
].join("\n");
const file = join(root, "docs", "reference", "compatibility.md");
const text = await readFile(file, "utf8");
const [, header = ""] = /<!-- matrix -->\s*\| operation \|(.*)\| stories \|/.exec(text) ?? [];
const missing = header
  .split("|")
  .map((name) => name.trim())
  .filter((name) => name !== "" && !sdks.includes(name));
if (missing.length > 0) {
  process.stderr.write(`no results of ${missing.join(", ")}: run npm test first\n`);
  process.exit(1);
}
const marked = text.replace(
  /<!-- matrix -->[\s\S]*<!-- \/matrix -->/,
  `<!-- matrix -->\n\n${table}\n\n<!-- /matrix -->`,
);
await writeFile(file, marked);
process.stdout.write(`${results.length} results of ${sdks.length} SDKs\n`);
