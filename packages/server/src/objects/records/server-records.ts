// The server's own records, and those of its access keys.

/** The format of the data folder. */
export interface FormatRecord {
  readonly format: number;
}

/** An account. The store's own is made on first start. */
export interface AccountRecord {
  /** 16 digits. */
  readonly id: string;
  readonly displayName: string;
}

/** A text that is sealed with the key that every node must have. */
export interface SecretCheckRecord {
  readonly sealed: string;
}

/** The place of the blobs that nodes share. */
export interface BlobsMarkRecord {
  /** What the folder's or bucket's own mark says. */
  readonly id: string;
  /** Whether the mark may not be written yet. Absent: it is. */
  readonly isNew?: boolean;
}

/** The owner's access key, where nodes share it. */
export interface OwnerKeyRecord {
  readonly accessKeyId: string;
  /** The secret, sealed (accounts/secret-box.ts). */
  readonly secret: string;
}

/** The key pair that signs callbacks. */
export interface CallbackKeyRecord {
  /** PKCS #8 PEM. */
  readonly privateKey: string;
  /** SPKI PEM; what the public-key URL serves, byte for byte. */
  readonly publicKey: string;
  /** First 32 hex digits of the SHA-256 of the SPKI bytes; the name in the public-key URL. */
  readonly fingerprint: string;
}

/** One of the keys of the second signature. */
export interface WebhookKeyRecord {
  /** First 32 hex digits of the SHA-256 of the public key's SPKI bytes. */
  readonly kid: string;
  /** PKCS #8 PEM. */
  readonly privateKey: string;
  readonly createdMs: number;
  /** When the key stops signing; absent in the newest key. */
  readonly untilMs?: number;
}

/** The keys of the second signature, oldest first. */
export interface WebhookKeysRecord {
  readonly keys: readonly WebhookKeyRecord[];
}

/** What is known of one operation's ignored callbacks. */
export interface IgnoredFigures {
  readonly operation: string;
  readonly requests: number;
  readonly lastMs: number;
  /** The `User-Agent` of the last request. */
  readonly userAgent: string;
}

/** Callback parameters on operations that do not call back. */
export interface IgnoredRecord {
  readonly operations: readonly IgnoredFigures[];
}

/** A backup's hold on the sweeper. */
export interface HoldRecord {
  readonly untilMs: number;
}

/** An account's block of public access. */
export interface PublicAccessBlockRecord {
  readonly blockPublicAccess: boolean;
}

/** The server's own records by name. */
export interface ServerRecords {
  readonly format: FormatRecord;
  readonly account: AccountRecord;
  readonly "secret-check": SecretCheckRecord;
  readonly "blobs-mark": BlobsMarkRecord;
  readonly "owner-key": OwnerKeyRecord;
  readonly "callback-key": CallbackKeyRecord;
  readonly "webhook-keys": WebhookKeysRecord;
  readonly "ignored-callbacks": IgnoredRecord;
  /** That of the store's own account. */
  readonly "public-access-block": PublicAccessBlockRecord;
  readonly [block: `public-access-block/${string}`]: PublicAccessBlockRecord;
  readonly [hold: `sweep-hold/${string}`]: HoldRecord;
}

/** A principal by name and id: a new one of the same name is another one. */
export interface PrincipalName {
  readonly name: string;
  readonly id: string;
}

/** An access key that was added to the store's own. */
export interface AccessKeyRecord {
  /** The secret, sealed (accounts/secret-box.ts). */
  readonly secret: string;
  readonly createdMs: number;
  /** What the operator calls it. */
  readonly note: string;
  /** The user that it belongs to; absent for a key of the account itself. */
  readonly user?: PrincipalName;
  /** The account that it belongs to; absent for the store's own. */
  readonly account?: PrincipalName;
}

/** A key that encrypts the bytes of objects. */
export interface EncryptionKeyRecord {
  /** The key, sealed by a master key (objects/encryption/encryption-keys.ts). */
  readonly sealed: string;
  /** The id of that master key. */
  readonly master: string;
  readonly createdMs: number;
  /** What the operator calls it. */
  readonly note: string;
  /** Whether objects under it can be neither read nor written. */
  readonly isDisabled?: true | undefined;
}

/** Kinds of principal. */
export type PrincipalKind = "account" | "user" | "group";

/** An account beside the store's own, or a user or a group of an account. */
export interface PrincipalRecord {
  /**
   * 16 digits for an account, otherwise 18. Never used again: a new user of the same name has none
   * of the old one's rights.
   */
  readonly id: string;
  readonly createdMs: number;
  readonly note: string;
  /** Texts of policies by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** Of a user: its groups. */
  readonly groups: readonly PrincipalName[];
  /** Of a user or a group: its account; absent for the store's own. */
  readonly account?: PrincipalName;
  /** Of an account: whether it is being removed. Its keys are refused. */
  readonly isLeaving?: true;
}
