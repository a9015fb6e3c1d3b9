// Measures queries over a CSV and a JSON object of 10 GB: bytes a second, and the most memory that
// the worker has held.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { bucket, credentials } from "./load.ts";
import { inFolder } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle, workerOf } from "./stores.ts";

/** Bytes of one part. The others share it, so the object takes no more room. */
const partBytes = 104_857_600;

const parts = 100;

/** Goal of issue 17, in MB. */
const goalMB = 200;

const forms = {
  "csv/select": {
    row: 'Lora Francis,27,"Conectiv, Inc",Western Gas Resources,2015-01-27,14.9,US,California\n',
    input: { csv: {} },
    expression: "select count(*), max(cast(_2 as int)) from ossobject where _3 like '%Inc'",
  },
  "json/select": {
    row:
      '{"name":"Lora Francis","age":27,"company":"Conectiv, Inc","at":{"city":"Anytown"},' +
      '"scores":[14.9,2.5]}\n',
    input: { json: { type: "LINES" } },
    expression: "select count(*), max(age) from ossobject where company like '%Inc'",
  },
} as const;

/** Figures of one query. */
interface SelectFigures {
  readonly process: string;
  readonly seconds: number;
  readonly mbPerSecond: number;
  readonly peakMB: number;
  readonly result: string;
}

/** Measures both queries. */
export async function benchSelect(report: Report): Promise<readonly SelectFigures[]> {
  const found = await inFolder((folder) => measure(folder));
  report.table(
    ["query over 10 GB", "seconds", "MB a second", "most resident memory, MB"],
    found.map(({ process, seconds, mbPerSecond, peakMB }) => [
      process,
      seconds.toFixed(0),
      mbPerSecond.toFixed(1),
      peakMB.toFixed(0),
    ]),
  );
  for (const { process, peakMB } of found) {
    report.say(`- ${process}: ${peakMB < goalMB ? "below" : "**above**"} the goal of ${goalMB} MB`);
  }
  return found;
}

async function measure(folder: string): Promise<readonly SelectFigures[]> {
  const found: SelectFigures[] = [];
  for (const process of ["csv/select", "json/select"] as const) {
    const store = await startOssicle(join(folder, process.slice(0, 4)), ["--workers", "1"]);
    const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
    const { row, input: inputSerialization, expression } = forms[process];
    const body = Buffer.from(row.repeat(Math.floor(partBytes / row.length)));
    const target = { bucket, key: "large" };
    const { uploadId } = await client.initiateMultipartUpload(target);
    await client.putObject({ bucket, key: "part", body });
    for (let partNumber = 1; partNumber <= parts; partNumber += 1) {
      const copySource = `/${bucket}/part`;
      await client.uploadPartCopy({ ...target, uploadId, partNumber, copySource });
    }
    await client.completeMultipartUpload({ ...target, uploadId, completeAll: "yes" });
    const startedAt = performance.now();
    const query = { ...target, process, expression, inputSerialization };
    const { text } = await client.selectObject(query);
    const result = (await text()).trim();
    const seconds = (performance.now() - startedAt) / 1_000;
    const mbPerSecond = (body.length * parts) / 1e6 / seconds;
    const status = readFileSync(`/proc/${workerOf(store)}/status`, "utf8");
    const peakMB = (Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) * 1_024) / 1e6;
    found.push({ process, seconds, mbPerSecond, peakMB, result });
  }
  return found;
}
