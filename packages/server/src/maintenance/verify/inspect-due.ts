// Finds due deliveries without a job. The callback engine finds its work through jobs, so it would
// never send them.
import type { MetadataStore } from "@ossicle/store";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { damageOf, type Finding } from "./finding.ts";
import { isDue } from "./inspect-records.ts";
import { idText } from "../../callback/deliveries/delivery.ts";
import { jobsDueBefore, readJob } from "../../objects/records/jobs.ts";

/** Finds deliveries without a job among those that were due when their records were read. */
export async function inspectDue(
  metadata: MetadataStore,
  due: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  let stuck = [...due];
  // Check a delivery without a job twice. In the meantime it may have been settled, or a process
  // may have taken it over and moved its job behind the scan.
  for (let looks = 0; looks < 2 && stuck.length > 0; looks += 1) {
    const jobs = await deliveriesWithJobs(metadata);
    stuck = stuck.filter((id) => !jobs.has(id));
    const left: string[] = [];
    for (const id of stuck) if (await isDue(metadata, Buffer.from(id, "hex"))) left.push(id);
    stuck = left;
  }
  return stuck.flatMap((id) =>
    damageOf(`delivery ${id}`, ["it is due, but no job will ever send it"]),
  );
}

async function deliveriesWithJobs(metadata: MetadataStore): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const entry of entriesOf(metadata, jobsDueBefore(2 ** 48 - 1))) {
    const job = readJob(entry);
    if (job?.kind === "delivery") found.add(idText(job.id));
  }
  return found;
}
