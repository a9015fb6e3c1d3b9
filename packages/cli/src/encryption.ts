// `ossicle encryption`: the keys that encrypt objects.
import { openEncryptionKeys, type OpenedEncryptionKeys } from "@ossicle/server";
import type { Command } from "commander";
import {
  addStoreCommand,
  type Environment,
  inStore,
  type PlaceOptions,
  withPlaceOptions,
} from "./data-option.ts";
import { print } from "./output.ts";

interface ListOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** Adds the command. */
export function addEncryptionCommand(program: Command, env: Environment): void {
  const encryption = program
    .command("encryption")
    .description("manage the keys that encrypt objects");
  const withKeys = (
    place: PlaceOptions,
    use: (keys: OpenedEncryptionKeys) => Promise<void>,
  ): Promise<void> => inStore({ ...place, env }, openEncryptionKeys, use);
  addStoreCommand(encryption, "list-keys", "list the keys").action(
    async ({ json, ...place }: ListOptions) => {
      await withKeys(place, async (keys) => {
        for (const key of await keys.list()) {
          const { id, createdMs, note, isDisabled, master } = key;
          const made = new Date(createdMs).toISOString();
          const parts = [
            id,
            made,
            `sealed by ${master}`,
            ...(isDisabled ? ["disabled"] : []),
            note,
          ];
          print(json === true ? JSON.stringify(key) : parts.join("  ").trimEnd());
        }
      });
    },
  );
  withPlaceOptions(encryption.command("add-key").description("add a key for KMS, and print its id"))
    .option("--note <text>", "what the key is for", "")
    .action(async ({ note, ...place }: PlaceOptions & { note: string }) => {
      await withKeys(place, async (keys) => print(await keys.add(note)));
    });
  for (const isDisabled of [true, false]) {
    const [word, effect] = isDisabled
      ? ["disable-key", "objects under it can be neither read nor written"]
      : ["enable-key", "objects under it can be read and written again"];
    withPlaceOptions(
      encryption.command(`${word} <id>`).description(`${word.replace("-", " a ")}: ${effect}`),
    ).action(async (id: string, place: PlaceOptions) => {
      await withKeys(place, (keys) => keys.setDisabled(id, isDisabled));
    });
  }
  withPlaceOptions(
    encryption
      .command("rotate")
      .description("seal every key with the newest master key of OSSICLE_ENCRYPTION_KEY_FILE"),
  ).action(async (place: PlaceOptions) => {
    await withKeys(place, async (keys) => {
      const count = await keys.rotate();
      print(
        count === 0
          ? "every key was sealed by it already"
          : `${count} keys sealed again; a server without this master key cannot use them`,
      );
    });
  });
}
