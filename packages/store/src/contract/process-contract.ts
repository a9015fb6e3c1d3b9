// What every adapter on a shared medium must do between processes: what one has committed, another
// reads.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { MetadataStore } from "../metadata-store.ts";
import { increment } from "./increment.ts";

/**
 * Opens a store on a fresh medium, and returns the argument with which another process opens it.
 */
export type OpenShared = () => Promise<{
  readonly store: MetadataStore;
  readonly argument: string;
  readonly dispose: () => Promise<void>;
}>;

/**
 * Declares the suite. `program` opens the medium. It answers each message after a commit that puts
 * the message under the key `shared`, or after the increments that the message requests.
 */
export function processContract(name: string, program: string, open: OpenShared): void {
  describe(`${name} keeps the contract between processes`, () => {
    test("a process reads at once what another process has committed", async () => {
      const { store, argument, dispose } = await open();
      const child = fork(fileURLToPath(new URL(program, import.meta.url)), [argument], {
        execArgv: ["--conditions=@ossicle/source", "--import", "tsx"],
      });
      try {
        await once(child, "message");
        const key = Buffer.from("shared");
        for (let round = 0; round < 200; round += 1) {
          await store.getMany([key]); // opens the read transaction that could become stale
          await tell(child, String(round));
          const [entry] = await store.getMany([key]);
          expect(Buffer.from(entry?.value ?? []).toString()).toBe(String(round));
        }
      } finally {
        child.kill();
        await dispose();
      }
    });

    test("concurrent increments by two processes lose no update", async () => {
      const { store, argument, dispose } = await open();
      const child = fork(fileURLToPath(new URL(program, import.meta.url)), [argument], {
        execArgv: ["--conditions=@ossicle/source", "--import", "tsx"],
      });
      try {
        await once(child, "message");
        const rounds = 100;
        const theirs = tell(child, `increment ${rounds}`);
        for (let round = 0; round < rounds; round += 1) await increment(store);
        await theirs;
        const [entry] = await store.getMany([Buffer.from("counter")]);
        expect(Buffer.from(entry?.value ?? []).toString()).toBe(String(2 * rounds));
      } finally {
        child.kill();
        await dispose();
      }
    });
  });
}

async function tell(child: ChildProcess, message: string): Promise<void> {
  const answered = once(child, "message");
  child.send(message);
  await answered;
}
