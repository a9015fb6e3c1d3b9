// Makes the lists of inventories in the background: one at once, and then one every day or week. A
// list that a dead worker has begun is begun again by another one.
import type { Logger } from "pino";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { inventoriesOf, maxInventories } from "../../objects/buckets/inventories-of.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { bucketJobOf } from "../../objects/records/bucket-job.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { type Job, jobsDueBefore, readJob } from "../../objects/records/jobs.ts";
import { gateRecords } from "../../objects/records/key-space.ts";
import { Repeat } from "../../time/repeat.ts";
import { type FoundJob, LeasedJob } from "../leased-job.ts";
import { nextMidnight } from "../lifecycle/judge-version.ts";
import type { ListedBucket } from "./inventory-rows.ts";
import { type ListingServices, makeList } from "./make-list.ts";

/** Pause between looks for lists that are due, in milliseconds. */
const lookEveryMs = 60_000;

/** How often a worker renews its lease during a list, in milliseconds. */
const renewEveryMs = 30_000;

const dayMs = 86_400_000;

/** Days after the next midnight. */
const extraDays = { Daily: 0, Weekly: 6 } as const;

/** Makes the lists of all buckets. */
export class Inventories {
  readonly #services: ListingServices & { readonly log: Logger };
  #isClosing = false;
  readonly #repeat: Repeat = new Repeat(lookEveryMs, async () => {
    await this.run();
  });

  constructor(services: ListingServices & { readonly log: Logger }) {
    this.#services = services;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Ends the list that is under way: it is made again later. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#repeat.close();
  }

  /** Makes the lists that are due. Returns their rows. A failure is logged. */
  async run(): Promise<number> {
    try {
      return await this.#makeAll();
    } catch (cause) {
      this.#services.log.error({ err: cause }, "jobs of inventories could not be read");
      return 0;
    }
  }

  async #makeAll(): Promise<number> {
    const { metadata, clock, log } = this.#services;
    let rows = 0;
    for await (const entry of entriesOf(metadata, jobsDueBefore(clock() + 1))) {
      if (this.#isClosing) break;
      const job = readJob(entry);
      if (job?.kind !== "inventory") continue;
      try {
        rows += await this.#do(job, entry);
      } catch (cause) {
        log.error({ err: cause }, "an inventory could not be made; it is tried again");
      }
    }
    return rows;
  }

  async #do(job: Job, found: FoundJob): Promise<number> {
    const { clock, log } = this.#services;
    const { bucket: id, token } = bucketJobOf(job.id);
    const lease = new LeasedJob(this.#services, { kind: "inventory", bucket: id, token }, found);
    if (!(await lease.renew())) return 0;
    const listed = await this.#find(id, token);
    if (listed === undefined) {
      await lease.end();
      return 0;
    }
    const { inventory, bucket } = listed;
    let renewedMs = clock();
    const mayGoOn = async (): Promise<boolean> => {
      if (this.#isClosing) return false;
      if (clock() - renewedMs < renewEveryMs) return true;
      renewedMs = clock();
      return lease.renew();
    };
    const rows = inventory.isEnabled ? await makeList(this.#services, listed, mayGoOn) : 0;
    if (rows === "abandoned") {
      await lease.leave();
      return 0;
    }
    await lease.wait(nextMidnight(clock()) + extraDays[inventory.schedule.frequency] * dayMs);
    if (rows > 0) {
      log.info({ bucket: bucket.name, inventory: inventory.id, rows }, "inventory made");
    }
    return rows;
  }

  async #find(id: Uint8Array, token: string): Promise<ListedBucket | undefined> {
    const { metadata } = this.#services;
    const [gate] = await metadata.getMany([gateRecords.key(id)]);
    if (gate === undefined) return undefined;
    const { name } = gateRecords.decode(gate.value);
    const bucket: Bucket | undefined = (await lookUp(this.#services, name, undefined, [])).bucket;
    if (bucket === undefined || !Buffer.from(bucket.id).equals(id)) return undefined;
    const all = await inventoriesOf(this.#services, bucket, { after: "", limit: maxInventories });
    const found = all.find((record) => record.token === token);
    return found === undefined ? undefined : { bucket, inventory: found.inventory };
  }
}
