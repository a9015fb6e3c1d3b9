// Errors about the settings of a bucket: a part of the catalogue (errors.ts).

/** The errors about a bucket's settings. */
export const configurationErrors = {
  BucketCallbackPolicyNotExist: {
    status: 404,
    message: "The bucket callback policy does not exist.",
    details: ["BucketName"],
  },
  CORSRuleBeyondLimit: {
    status: 400,
    message: "The CORS Rules num is beyond limit.",
    details: [],
  },
  // The code is asserted by a test of the Java SDK; status and message are ours.
  AccessMonitorDisableNotAllowed: {
    status: 409,
    message: "A lifecycle rule of the bucket counts from the last access.",
    details: ["BucketName"],
  },
  FileImmutable: {
    status: 409,
    message: "The object you specified is immutable.",
    ec: "0026-00000005",
    details: [],
  },
  InvalidWORMConfiguration: {
    status: 400,
    message: "Invalid WORM Configuration.",
    details: [],
  },
  InvalidPolicyDocument: { status: 400, message: "Invalid Policy.", details: [] },
  InvalidDataEncryptionAlgorithmError: {
    status: 400,
    message: "The KMS Data Encryption request you specified is not valid. Supported value:SM4",
    ec: "0005-00000203",
    details: [],
  },
  InvalidEncryptionAlgorithmError: {
    status: 400,
    message: "The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.",
    ec: "0005-00000003",
    details: [],
  },
  InventoryAlreadyExist: {
    status: 409,
    message: "The inventory id you provided already exists.",
    details: ["InventoryId"],
  },
  InvalidTargetBucketForLogging: {
    status: 400,
    message: "The target bucket for logging does not exist, or is not yours.",
    details: ["TargetBucket"],
  },
  KeyDisabled: {
    status: 409,
    message: "The request was rejected because the key state is Disabled.",
    ec: "0005-00000214",
    details: ["KeyId"],
  },
  KeyNotFound: {
    status: 404,
    message: "The specified parameter KMS keyId is not found.",
    ec: "0005-00000208",
    details: ["KeyId"],
  },
  NoSuchArchiveDirectReadConfiguration: {
    status: 404,
    message: "The bucket archive direct read configuration does not exist.",
    details: ["BucketName"],
  },
  NoSuchBucketPolicy: {
    status: 404,
    message: "The specified bucket policy does not exist.",
    ec: "0030-00000006",
    details: ["BucketName"],
  },
  NoSuchCORSConfiguration: {
    status: 404,
    message: "The CORS Configuration does not exist.",
    details: ["BucketName"],
  },
  NoSuchBucketOverwriteConfig: {
    status: 404,
    message: "The bucket has no rules about overwriting.",
    details: ["BucketName"],
  },
  NoSuchDeliveryPolicy: {
    status: 404,
    message: "The bucket has no delivery policy.",
    details: ["BucketName"],
  },
  NoSuchInventory: {
    status: 404,
    message: "The bucket doesn't have inventory configuration.",
    details: ["InventoryId"],
  },
  NoSuchLifecycle: {
    status: 404,
    message: "No Row found in Lifecycle Table.",
    details: ["BucketName"],
  },
  NoSuchStyle: {
    status: 404,
    message: "The specified style does not exist.",
    details: ["StyleName"],
  },
  NoSuchTransferAccelerationConfiguration: {
    status: 404,
    message: "The bucket you specified does not have transfer acceleration configuration.",
    details: ["BucketName"],
  },
  NoSuchServerSideEncryptionRule: {
    status: 404,
    message: "The server side encryption configuration was not found.",
    ec: "0005-00000004",
    details: ["BucketName"],
  },
  NoSuchWebsiteConfiguration: {
    status: 404,
    message: "The specified bucket does not have a website configuration.",
    details: ["BucketName"],
  },
  MetaQueryAlreadyExist: {
    status: 400,
    message: "The meta query of the bucket is already open.",
    details: ["BucketName"],
  },
  MetaQueryNotExist: {
    status: 404,
    message: "The meta query of the bucket is not open.",
    details: ["BucketName"],
  },
  // The answers to reads of retention were recorded by the project multicloudj.
  NoSuchObjectLegalHoldConfiguration: {
    status: 404,
    message: "The specified object does not have an object legal hold configuration.",
    details: ["ObjectName"],
  },
  NoSuchObjectRetentionConfiguration: {
    status: 404,
    message: "The specified object does not have an object retention configuration.",
    details: ["ObjectName"],
  },
  NoSuchObjectWormConfiguration: {
    status: 404,
    message: "The specified bucket does not have an object worm configuration.",
    details: ["BucketName"],
  },
  NoSuchWORMConfiguration: {
    status: 404,
    message: "The WORM Configuration does not exist",
    ec: "0027-00000009",
    details: ["BucketName"],
  },
  WORMConfigurationLocked: {
    status: 403,
    message: "The WORM Configuration is locked.",
    details: [],
  },
} as const;
