// `ossicle keys`: further access keys of the store in a data folder, whether or not a server runs on it.
import { openAccessKeys, readConfiguration, settings } from "@ossicle/server";
import type { Command } from "commander";

/** Adds the command and its three verbs. */
export function addKeysCommand(
  program: Command,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const keys = program.command("keys").description("access keys beside the store's own");
  const dataOption = `--data <folder>`;
  const dataHelp = `${settings.data.description} [${settings.data.env}, default ${settings.data.fallback ?? ""}]`;
  keys
    .command("add")
    .description("make an access key and print it; its secret cannot be shown again")
    .option(dataOption, dataHelp)
    .option("--note <text>", "what the key is for", "")
    .action(async ({ data, note }: { data?: string; note: string }) => {
      await withKeys({ data, env }, async (store) => {
        const { accessKeyId, accessKeySecret } = await store.add(note);
        print(`export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}`);
      });
    });
  keys
    .command("list")
    .description("list the access keys that were added")
    .option(dataOption, dataHelp)
    .action(async ({ data }: { data?: string }) => {
      await withKeys({ data, env }, async (store) => {
        for (const { accessKeyId, createdMs, note } of await store.list()) {
          print(`${accessKeyId}  ${new Date(createdMs).toISOString()}  ${note}`.trimEnd());
        }
      });
    });
  keys
    .command("revoke <access-key-id>")
    .description("end an access key, and the temporary keys made with it, at once")
    .option(dataOption, dataHelp)
    .action(async (accessKeyId: string, { data }: { data?: string }) => {
      await withKeys({ data, env }, async (store) => {
        if (await store.revoke(accessKeyId)) return;
        process.stderr.write(`there is no access key ${accessKeyId} that was added\n`);
        process.exitCode = 1;
      });
    });
}

interface KeysOptions {
  readonly data: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type AccessKeys = Awaited<ReturnType<typeof openAccessKeys>>;

async function withKeys(
  { data, env }: KeysOptions,
  use: (store: AccessKeys) => Promise<void>,
): Promise<void> {
  const configuration = readConfiguration({ flags: { data }, env, file: {} });
  const store = await openAccessKeys(configuration.data);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
