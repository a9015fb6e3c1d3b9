// The services that receive bodies and read them back.
import type { EncryptionKeys } from "../encryption/encryption-keys.ts";
import type { Memory } from "../../memory/memory.ts";
import type { Hashing } from "./hashing.ts";
import type { Room } from "./room.ts";
import type { StorageServices } from "../records/storage-services.ts";

/** The services of bodies. */
export interface ByteServices extends StorageServices {
  readonly hashing: Hashing;
  readonly encryptionKeys: EncryptionKeys;
  readonly memory: Memory;
  readonly room: Room;
  /** Bodies up to this size travel inside the metadata commit, in bytes. */
  readonly inlineLimitBytes: number;
}
