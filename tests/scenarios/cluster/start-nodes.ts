// Nodes over a database and a place for blobs, as processes of their own.
import { type Client, type ConnectionOptions, createClient } from "@ossicle/client";
import { type Ran, runCommand, type Served, servedCredentials, serveFolder } from "../serve.ts";

/** The key with which nodes seal secrets. */
const secretKey = "5e".repeat(32);

/** What nodes share. */
export interface SharedPlace {
  /** URL of the database. */
  readonly metadata: string;
  /** A folder, or the address of a bucket. */
  readonly blobs: string;
}

/** Starts nodes and commands over a shared place. */
export interface Nodes extends SharedPlace {
  /** The place as environment variables of commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes the database's schema. */
  readonly migrate: (options?: Pick<NodeOptions, "program">) => Promise<Ran>;
  /** Starts a node; it is stopped with the others. */
  readonly serve: (options?: NodeOptions) => Promise<Served>;
  /** Runs a command of the command line on the store. */
  readonly command: (...args: readonly string[]) => Promise<Ran>;
  readonly stopNodes: () => Promise<void>;
}

/** How a node is served. */
export interface NodeOptions {
  /** The key with which it seals secrets. Default: the one of all nodes. */
  readonly key?: string;
  readonly args?: readonly string[];
  /** The built command line of another commit. */
  readonly program?: string;
  /** A command that starts the node, with its arguments. */
  readonly launcher?: readonly string[];
}

/** Says how to start nodes over a place; starts none yet. */
export function nodesOver({ metadata, blobs }: SharedPlace): Nodes {
  const nodes: Served[] = [];
  const env = { OSSICLE_METADATA: metadata, OSSICLE_BLOBS: blobs, OSSICLE_SECRET_KEY: secretKey };
  return {
    metadata,
    blobs,
    env,
    migrate: ({ program } = {}) => runCommand(["migrate"], env, program),
    serve: async ({ key = secretKey, args = [], program, launcher = [] } = {}) => {
      const own = { ...env, OSSICLE_SECRET_KEY: key };
      const all = ["--log-level", "silent", ...args];
      const node = await serveFolder("unused", all, {
        env: own,
        launcher,
        ...(program === undefined ? {} : { program: [program, "serve"] }),
      });
      nodes.push(node);
      return node;
    },
    command: (...args) => runCommand(args, env),
    stopNodes: async () => {
      for (const { child } of nodes) child.kill("SIGTERM");
      await Promise.all(nodes.map(({ exited }) => exited));
    },
  };
}

/** A client of a node. */
export function clientOf(
  { url: endpoint }: Pick<Served, "url">,
  options: Partial<ConnectionOptions> = {},
): Client {
  const credentials = servedCredentials;
  return createClient({ endpoint, region: "cn-hangzhou", credentials, ...options });
}
