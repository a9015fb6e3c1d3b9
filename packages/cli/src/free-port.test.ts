// The choice of a port for a program that listens later.
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "./free-port.ts";

test("a free port can be listened on, and lies below Linux's ports for connections", async () => {
  for (let round = 0; round < 20; round += 1) {
    const port = await freePort("127.0.0.1");
    expect(port).toBeLessThan(32_768);
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  }
});

test("an address that the machine does not have is refused", async () => {
  // A documentation address, RFC 5737.
  await expect(freePort("192.0.2.1")).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});
