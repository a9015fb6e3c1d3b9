// Opens what the admin listener answers from, in a process that does not serve the store itself.
import type { Credentials } from "@ossicle/protocol";
import { type AccessKeys, accessKeysOf } from "./accounts/access-keys.ts";
import { Accounts } from "./accounts/accounts.ts";
import { loadAccount } from "./accounts/credentials.ts";
import { allPrincipalsOf, type PrincipalsByKind } from "./accounts/principals.ts";
import { loadSecretBox } from "./accounts/secret-box.ts";
import { type Deliveries, deliveriesOf } from "./callback/deliveries/deliveries.ts";
import type { StorePlace } from "./data-folder/layout.ts";
import { openMetadata } from "./data-folder/open-metadata.ts";

/** The ledger and the access keys of a store. */
export interface OpenedAdmin {
  readonly deliveries: Deliveries;
  readonly accounts: Accounts;
  readonly keys: AccessKeys;
  readonly principals: PrincipalsByKind;
  readonly close: () => Promise<void>;
}

/**
 * Opens a store for its admin listener. `credentials` are those that it serves with. Throws
 * ConfigurationError when the place holds no store.
 */
export async function openAdmin(
  place: StorePlace,
  { credentials, clock }: { readonly credentials: Credentials; readonly clock: () => number },
): Promise<OpenedAdmin> {
  const metadata = await openMetadata(place);
  try {
    const [owner, box] = await Promise.all([loadAccount(metadata), loadSecretBox(place, metadata)]);
    return {
      deliveries: deliveriesOf(metadata, clock),
      accounts: new Accounts({ metadata, clock, owner, credentials, box }),
      keys: accessKeysOf(metadata, box, clock),
      principals: allPrincipalsOf(metadata, clock),
      close: () => metadata.close(),
    };
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}
