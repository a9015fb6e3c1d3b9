// Makes the lists of inventories in the background: one at once, and then one every day or week. A
// list that a dead worker has begun is begun again by another one.
import type { Logger } from "pino";
import { findBucketById } from "../../objects/buckets/find-bucket-by-id.ts";
import { inventoriesOf, maxInventories } from "../../objects/buckets/inventories-of.ts";
import { dayMs, nextMidnight } from "../../time/midnight.ts";
import { Repeat } from "../../time/repeat.ts";
import { type DueJob, performDueJobs } from "../due-jobs.ts";
import type { ListedBucket } from "./inventory-rows.ts";
import { type ListingServices, makeList } from "./make-list.ts";

/** Pause between looks for lists that are due, in milliseconds. */
const lookEveryMs = 60_000;

/** How often a worker renews its lease during a list, in milliseconds. */
const renewEveryMs = 30_000;

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
    let rows = 0;
    await performDueJobs(this.#services, "inventory", {
      isClosing: () => this.#isClosing,
      perform: async (job) => {
        rows += await this.#do(job);
        return false;
      },
    });
    return rows;
  }

  async #do({ bucket: id, token, lease }: DueJob): Promise<number> {
    const { clock, log } = this.#services;
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
    const bucket = await findBucketById(this.#services, id);
    if (bucket === undefined) return undefined;
    const all = await inventoriesOf(this.#services, bucket, { after: "", limit: maxInventories });
    const found = all.find((record) => record.token === token);
    return found === undefined ? undefined : { bucket, inventory: found.inventory };
  }
}
