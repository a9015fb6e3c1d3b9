// Processes open and close the database while another one writes. LMDB sets its transaction number
// back then (findings/lmdb-open-beside-writes.sh), which once failed one open or commit in some
// hundred.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mintVersion } from "../metadata-store.ts";
import { openLmdbMetadataStore } from "./lmdb-metadata-store.ts";

const program = fileURLToPath(new URL("../contract/lmdb-process.ts", import.meta.url));

test("opening a database beside a process that writes fails neither of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-open-"));
  const writer = fork(program, [folder], {
    execArgv: ["--conditions=@ossicle/source", "--import", "tsx"],
  });
  try {
    await once(writer, "message");
    let isWriting = true;
    const rounds = 6_000;
    writer.send(`increment ${rounds}`);
    const written = once(writer, "message").then(() => {
      isWriting = false;
    });
    let opened = 0;
    const stillWriting = (): boolean => isWriting;
    while (stillWriting()) {
      const store = await openLmdbMetadataStore({ folder });
      const outcome = await store.commit({
        version: mintVersion(),
        checks: [],
        puts: [{ key: Buffer.from("beside"), value: Buffer.from(String(opened)) }],
        deletes: [],
      });
      expect(outcome).toEqual({ kind: "committed" });
      await store.close();
      opened += 1;
    }
    await written;
    expect(opened).toBeGreaterThan(50);
    const store = await openLmdbMetadataStore({ folder });
    const [counter] = await store.getMany([Buffer.from("counter")]);
    expect(String(counter?.value)).toBe(String(rounds));
    await store.close();
  } finally {
    writer.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
