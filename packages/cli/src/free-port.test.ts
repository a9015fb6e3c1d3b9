// The choice of a port for a program that listens later.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "./free-port.ts";

test.runIf(process.platform === "linux")(
  "a free port can be listened on, and is none that the system gives to connections",
  async () => {
    const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const [first = 0] = range.trim().split(/\s+/).map(Number);
    for (let round = 0; round < 20; round += 1) {
      const port = await freePort("127.0.0.1");
      expect(port).toBeLessThan(first);
      const server = createServer().listen(port, "127.0.0.1");
      await once(server, "listening");
      server.close();
    }
  },
);

test("an address that the machine does not have is refused", async () => {
  // A documentation address, RFC 5737.
  await expect(freePort("192.0.2.1")).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});
