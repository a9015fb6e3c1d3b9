// `ossicle keys` and `ossicle webhook-keys`: the access keys that a store accepts, and the keys
// with which it signs callbacks.
import { openAccessKeys, openWebhookKeys } from "@ossicle/server";
import type { Command } from "commander";
import {
  addStoreCommand,
  type Environment,
  inStore,
  type PlaceOptions,
  withPlaceOptions,
} from "./data-option.ts";
import { fail, print } from "./output.ts";

interface KeysOptions extends PlaceOptions {
  readonly json?: boolean;
}

interface NewKeyOptions extends KeysOptions {
  readonly note: string;
  readonly user?: string;
  readonly account?: string;
}

/** Adds both commands. */
export function addKeysCommands(program: Command, env: Environment): void {
  addAccessKeys(program.command("keys").description("access keys besides the store's own"), env);
  addWebhookKeys(
    program
      .command("webhook-keys")
      .description("keys of the callbacks' second signature (Standard Webhooks)"),
    env,
  );
}

function addAccessKeys(keys: Command, env: Environment): void {
  addStoreCommand(keys, "add", "make an access key and print it; its secret cannot be shown again")
    .option("--note <text>", "what the key is for", "")
    .option(
      "--user <name>",
      "the user that gets the key; without it, the key has all rights of its account",
    )
    .option("--account <name>", "the account that gets the key; default: the store's own")
    .action(async ({ json, note, user, account, ...place }: NewKeyOptions) => {
      await inStore({ ...place, env }, openAccessKeys, async (store) => {
        const made = await store.add({ note, user, account });
        const { accessKeyId, accessKeySecret } = made;
        print(
          json === true
            ? JSON.stringify(made)
            : `export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}`,
        );
      });
    });
  addStoreCommand(keys, "list", "list the access keys that were added").action(
    async ({ json, ...place }: KeysOptions) => {
      await inStore({ ...place, env }, openAccessKeys, async (store) => {
        for (const key of await store.list()) {
          const { accessKeyId, createdMs, note, user, account } = key;
          const ofAccount = account === undefined ? "" : `account ${account}  `;
          const owner = user === undefined ? ofAccount : `${ofAccount}user ${user}  `;
          const made = new Date(createdMs).toISOString();
          const line = `${accessKeyId}  ${made}  ${owner}${note}`.trimEnd();
          print(json === true ? JSON.stringify(key) : line);
        }
      });
    },
  );
  withPlaceOptions(
    keys
      .command("revoke <access-key-id>")
      .description("revoke an access key, and the temporary keys made with it, at once"),
  ).action(async (accessKeyId: string, place: KeysOptions) => {
    await inStore({ ...place, env }, openAccessKeys, async (store) => {
      if (await store.revoke(accessKeyId)) return;
      fail(`${accessKeyId} is not an added access key: ossicle keys list shows them`);
    });
  });
}

/** How long earlier keys keep signing after a rotation by default, in hours. */
const defaultOverlapHours = "24";

const hourMs = 3_600_000;

function addWebhookKeys(keys: Command, env: Environment): void {
  addStoreCommand(keys, "list", "list the keys that sign at present, the newest last").action(
    async ({ json, ...place }: KeysOptions) => {
      await inStore({ ...place, env }, openWebhookKeys, async (store) => {
        const found = await store.list();
        if (found.length === 0 && json !== true)
          print("none yet: the store makes a key when it first needs one");
        for (const key of found) {
          const { kid, createdMs, untilMs, publicKey } = key;
          const end = untilMs === undefined ? "" : `  until ${new Date(untilMs).toISOString()}`;
          const line = `${kid}  ${new Date(createdMs).toISOString()}  ${publicKey}${end}`;
          print(json === true ? JSON.stringify(key) : line);
        }
      });
    },
  );
  addStoreCommand(keys, "rotate", "make a new key; earlier keys keep signing for a while")
    .option(
      "--overlap <hours>",
      "how long earlier keys sign; receivers without the new key by then refuse callbacks",
      defaultOverlapHours,
    )
    .action(async ({ json, overlap, ...place }: KeysOptions & { overlap: string }) => {
      const hours = Number(overlap);
      if (!/^\d{1,6}$/.test(overlap)) return fail(`--overlap ${overlap}: expected whole hours`);
      await inStore({ ...place, env }, openWebhookKeys, async (store) => {
        const made = await store.rotate(hours * hourMs);
        print(json === true ? JSON.stringify(made) : `${made.kid}  ${made.publicKey}`);
      });
    });
}
