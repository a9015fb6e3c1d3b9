// Inventories: what the document of one holds (PutBucketInventory documentation).
import { flag, integer, oneOf, text } from "./codec.ts";
import { type Bindings, element, requiredElement } from "./operation.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** Which objects are listed; all, without members. */
export interface InventoryFilter {
  readonly prefix?: string;
  /** Seconds since 1970. */
  readonly lastModifyBeginTimeStamp?: number;
  readonly lastModifyEndTimeStamp?: number;
  /** Bytes, inclusive. */
  readonly lowerSizeBound?: number;
  readonly upperSizeBound?: number;
  /** Names separated by commas, or `All`. */
  readonly storageClass?: string;
}

/** Encryption of the lists, by a key of the store (`sseOss`) or of KMS. */
export interface InventoryEncryption {
  readonly sseKms?: { readonly keyId?: string };
  readonly sseOss?: object;
}

/** Where the lists go. */
export interface InventoryBucket {
  /** `CSV`. */
  readonly format: string;
  readonly accountId: string;
  /** Stored and returned, without effect. */
  readonly roleArn: string;
  /** `acs:oss:::` and the bucket's name. */
  readonly bucket: string;
  readonly prefix?: string;
  readonly encryption?: InventoryEncryption;
}

/** The element around {@link InventoryBucket}. */
export interface InventoryDestination {
  readonly ossBucketDestination: InventoryBucket;
}

/** How often lists are made. */
export interface InventorySchedule {
  readonly frequency: "Daily" | "Weekly";
}

/** The optional columns. */
export interface InventoryFields {
  readonly field: readonly string[];
}

/** An inventory. */
export interface InventoryConfiguration {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly filter?: InventoryFilter;
  readonly destination: InventoryDestination;
  readonly schedule: InventorySchedule;
  readonly includedObjectVersions: "All" | "Current";
  readonly optionalFields?: InventoryFields;
  /** Lists of changes, which are refused. */
  readonly incrementalInventory?: { readonly isEnabled?: boolean };
}

const filter = shape<InventoryFilter>({
  prefix: one("Prefix", leaf(text)),
  lastModifyBeginTimeStamp: one("LastModifyBeginTimeStamp", leaf(integer())),
  lastModifyEndTimeStamp: one("LastModifyEndTimeStamp", leaf(integer())),
  lowerSizeBound: one("LowerSizeBound", leaf(integer())),
  upperSizeBound: one("UpperSizeBound", leaf(integer())),
  storageClass: one("StorageClass", leaf(text)),
});
const encryption = shape<InventoryEncryption>({
  sseKms: one("SSE-KMS", shape<{ readonly keyId?: string }>({ keyId: one("KeyId", leaf(text)) })),
  sseOss: one("SSE-OSS", shape<object>({})),
});
const destination = shape<InventoryDestination>({
  ossBucketDestination: one(
    "OSSBucketDestination",
    shape<InventoryBucket>({
      format: one("Format", leaf(text)),
      accountId: one("AccountId", leaf(text)),
      roleArn: one("RoleArn", leaf(text)),
      bucket: one("Bucket", leaf(text)),
      prefix: one("Prefix", leaf(text)),
      encryption: one("Encryption", encryption),
    }),
  ),
});
const frequency = oneOf("Daily", "Weekly");
const schedule = shape<InventorySchedule>({ frequency: one("Frequency", leaf(frequency)) });
const versions = oneOf("All", "Current");
const incremental = shape<NonNullable<InventoryConfiguration["incrementalInventory"]>>({
  isEnabled: one("IsEnabled", leaf(flag)),
});
const fields = shape<InventoryFields>({ field: many("Field", leaf(text)) });

/** The elements of an inventory's own document, in OSS's order. */
export const inventoryElements: Bindings<InventoryConfiguration> = {
  id: requiredElement("Id", leaf(text)),
  isEnabled: requiredElement("IsEnabled", leaf(flag)),
  filter: element("Filter", filter),
  destination: requiredElement("Destination", destination),
  schedule: requiredElement("Schedule", schedule),
  includedObjectVersions: requiredElement("IncludedObjectVersions", leaf(versions)),
  optionalFields: element("OptionalFields", fields),
  incrementalInventory: element("IncrementalInventory", incremental),
};

/** An inventory as an element of a list. */
export const inventoryElement: XmlCodec<InventoryConfiguration> = shape<InventoryConfiguration>({
  id: one("Id", leaf(text)),
  isEnabled: one("IsEnabled", leaf(flag)),
  filter: one("Filter", filter),
  destination: one("Destination", destination),
  schedule: one("Schedule", schedule),
  includedObjectVersions: one("IncludedObjectVersions", leaf(versions)),
  optionalFields: one("OptionalFields", fields),
  incrementalInventory: one("IncrementalInventory", incremental),
});
