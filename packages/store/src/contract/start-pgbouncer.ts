// Starts PgBouncer in front of a PostgreSQL server for tests, in transaction mode.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../../scripts/free-port.ts";
import { asServerUser } from "./start-postgres.ts";

/** A PgBouncer that runs. */
export interface Bouncer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts PgBouncer in front of the server at a port. */
export async function startBouncer(serverPort: number): Promise<Bouncer> {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-pgbouncer-"));
  chmodSync(folder, 0o755); // it may run as another user
  const port = await freePort();
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${serverPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
  );
  const [program = "", ...args] = asServerUser(["pgbouncer", "--quiet", settings]);
  const child = spawn(program, args, { stdio: "ignore", cwd: tmpdir() });
  await untilListening(port);
  return {
    port,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = createConnection({ host: "127.0.0.1", port });
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await pause(20);
  }
  throw new Error("PgBouncer did not start");
}
