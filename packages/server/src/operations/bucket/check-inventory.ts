// Checks an inventory. The ECs are those of OSS's pages 0020-000000nn.
import { type InventoryConfiguration, isBucketName, OssError } from "@ossicle/protocol";
import { authorize } from "../../access/authorize.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { inventoriesOf, maxInventories } from "../../objects/buckets/inventories-of.ts";
import { inventoryFields } from "../../objects/buckets/inventory-fields.ts";
import { inventoryKeys } from "../../objects/buckets/inventory-keys.ts";
import type { BucketContext } from "../handler.ts";

/** Longest id in characters (EC 0020-00000044). */
const maxIdLength = 192;

/** Form of a destination (EC 0020-00000030). */
const destinationForm = /^acs:oss:::(.*)$/;

const storageClasses: ReadonlySet<string> = new Set([
  "Standard",
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
  "All",
]);

/**
 * Checks an inventory, and returns it as it is stored. Throws InvalidArgument, NotImplemented,
 * AccessDenied.
 */
export async function checkedInventory(
  { services, identity, bucket }: BucketContext,
  inventoryId: string,
  inventory: InventoryConfiguration,
): Promise<InventoryConfiguration> {
  const { id, destination, filter = {}, optionalFields } = inventory;
  if (id === "" || id.length > maxIdLength) throw invalid("Id", id, "44");
  if (id !== inventoryId) throw invalid("inventoryId", inventoryId, "43");
  const unknown = optionalFields?.field.find((name) => !inventoryFields.has(name));
  if (unknown !== undefined) throw invalid("Field", unknown, "36");
  const { target, name } = checkedTarget(destination.ossBucketDestination);
  const found = await lookUp(services, name, undefined, ["access"]);
  if (found.bucket?.record.owner !== bucket.record.owner) {
    throw invalid("Bucket", target.bucket, "33");
  }
  // A policy may allow one of the keys and not another one.
  for (const key of Object.values(inventoryKeys(bucket.name, inventory, services.clock()))) {
    const write = { operation: "putObject", bucket: name, key } as const;
    authorize(identity, write, { found: { ...found, version: undefined } });
  }
  if (inventory.incrementalInventory?.isEnabled === true) {
    const message = "Lists of changes are not implemented.";
    throw new OssError("NotImplemented", { Header: "IncrementalInventory" }, { message });
  }
  const others = await inventoriesOf(services, bucket, { after: "", limit: maxInventories });
  if (others.length === maxInventories) {
    const message = `A bucket has at most ${maxInventories} inventories.`;
    throw new OssError("InvalidArgument", { ArgumentName: "Id", ArgumentValue: id }, { message });
  }
  // ali-oss reads the element without looking whether it is there.
  return { ...inventory, filter: { ...filter, ...sortedClasses(filter.storageClass) } };
}

type Target = InventoryConfiguration["destination"]["ossBucketDestination"];

// The declaration makes every member; a missing element leaves it undefined.
function checkedTarget(given: Partial<Target> | undefined): { target: Target; name: string } {
  const { format, accountId, roleArn, bucket = "", prefix, encryption } = given ?? {};
  if (format !== "CSV") throw invalid("Format", format ?? "", "12");
  if (accountId === undefined || accountId === "") throw invalid("AccountId", "", "28");
  const [, name] = destinationForm.exec(bucket) ?? [];
  if (name === undefined) throw invalid("Bucket", bucket, "30");
  if (!isBucketName(name)) throw invalid("Bucket", bucket, "32");
  const more = { ...(prefix === undefined ? {} : { prefix }), ...(encryption && { encryption }) };
  return { target: { format, accountId, roleArn: roleArn ?? "", bucket, ...more }, name };
}

// Classes come back in order (tests of the Java and Python SDKs).
function sortedClasses(list: string | undefined): { readonly storageClass?: string } {
  if (list === undefined || list === "") return {};
  const names = list.split(",");
  const wrong = names.find((name) => !storageClasses.has(name));
  if (wrong !== undefined) throw invalid("StorageClass", wrong, "26");
  return { storageClass: names.toSorted().join(",") };
}

function invalid(name: string, value: string, number: string): OssError<"InvalidArgument"> {
  const details = { ArgumentName: name, ArgumentValue: value };
  return new OssError("InvalidArgument", details, { ec: `0020-000000${number}` });
}
