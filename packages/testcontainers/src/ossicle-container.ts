// The container of a store.
import type { Readable } from "node:stream";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { type StartedOssicle, StartedOssicleContainer } from "./started-ossicle-container.ts";

const port = 9_650;

/** How long a store may take to its first answer without `withStartupTimeout`, in milliseconds. */
const readyWithinMs = 60_000;

/** Time between two looks at the store's health, in milliseconds. */
const lookEveryMs = 50;

/** Names of the test's machine: Docker's, and that of a Podman without `host-gateway`. */
const dockerHost = "host.docker.internal";
const podmanHost = "host.containers.internal";

/**
 * The first line of the container's output. The store itself starts when {@link urlFile} exists:
 * the URL below which applications fetch the callbacks' key has the port that Docker has chosen.
 */
const waiting = "waiting for the advertised URL";
const urlFile = "/tmp/advertised-url";
const command = [
  `echo ${waiting}`,
  `until [ -s ${urlFile} ]; do sleep 0.05; done`,
  `OSSICLE_ADVERTISED_URL="$(cat ${urlFile})" exec ossicle serve`,
].join("\n");

/**
 * A store in a container. Its callbacks may go to private addresses, and reach an application on
 * the test's own machine at {@link StartedOssicle.hostName}.
 *
 * @example
 * const store = await new OssicleContainer("ossicle:0.1.0").start();
 */
export class OssicleContainer extends GenericContainer {
  // The same in each run, so that a container can be used again.
  #credentials: StartedOssicle["credentials"] = {
    accessKeyId: "test",
    accessKeySecret: "not-a-secret",
  };
  #region = "cn-hangzhou";

  /** The image is that of deploy/Dockerfile, under the name that you gave it. */
  constructor(image: string) {
    super(image);
    this.withExposedPorts(port)
      .withEntrypoint(["sh", "-c", command])
      .withEnvironment({
        OSSICLE_CALLBACK_TARGETS: "public,private",
      })
      .withExtraHosts([{ host: dockerHost, ipAddress: "host-gateway" }])
      .withWaitStrategy(Wait.forLogMessage(waiting))
      .withCredentials(this.#credentials);
  }

  /** The store's access key. Default: `test` and `not-a-secret`. */
  withCredentials(credentials: StartedOssicle["credentials"]): this {
    this.#credentials = credentials;
    return this.withEnvironment({
      OSS_ACCESS_KEY_ID: credentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    });
  }

  /** The region that signatures name. Default: `cn-hangzhou`. */
  withRegion(region: string): this {
    this.#region = region;
    return this.withEnvironment({ OSSICLE_REGION: region });
  }

  /** Starts the container. Resolves when the store takes requests. */
  override async start(): Promise<StartedOssicleContainer> {
    const container = await super.start();
    try {
      const endpoint = `http://${container.getHost()}:${container.getMappedPort(port)}`;
      await container.copyContentToContainer([{ content: endpoint, target: urlFile, mode: 0o644 }]);
      await untilHealthy(container, endpoint, this.startupTimeoutMs ?? readyWithinMs);
      const hostName = await hostNameIn(container);
      const started = { endpoint, region: this.#region, credentials: this.#credentials, hostName };
      return new StartedOssicleContainer(container, started);
    } catch (cause) {
      await container.stop().catch(() => undefined); // the cause says more
      throw cause;
    }
  }
}

/** Resolves when the store answers. Throws when the container ends before, or after the time. */
async function untilHealthy(
  container: StartedTestContainer,
  endpoint: string,
  withinMs: number,
): Promise<void> {
  const logs = await container.logs();
  const { lines, ended } = follow(logs);
  const endMs = performance.now() + withinMs;
  try {
    while (!(await isHealthy(endpoint))) {
      if (ended() || performance.now() > endMs) {
        throw new Error(`the store did not start: ${lines.join("").trim()}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, lookEveryMs);
      });
    }
  } finally {
    logs.destroy();
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1_000);
    return (await fetch(`${endpoint}/_ossicle/health`, { signal })).ok;
  } catch {
    return false; // it does not listen yet
  }
}

interface Followed {
  readonly lines: readonly string[];
  readonly ended: () => boolean;
}

// A container's output ends when the container does.
function follow(logs: Readable): Followed {
  const lines: string[] = [];
  let hasEnded = false;
  const end = (): void => {
    hasEnded = true;
  };
  logs.on("data", (line: Buffer | string) => lines.push(line.toString()));
  logs.once("end", end).once("close", end).on("error", end);
  return { lines, ended: () => hasEnded };
}

async function hostNameIn(container: StartedTestContainer): Promise<string> {
  const { output } = await container.exec(["cat", "/etc/hosts"]);
  const hasAddress = new RegExp(`^[0-9a-f.:]+\\s.*\\b${dockerHost}\\b`, "m").test(output);
  return hasAddress || !output.includes(podmanHost) ? dockerHost : podmanHost;
}
