// What to do about each error of the store, in English. The reference shows these texts too.
import type { ErrorCode } from "@ossicle/protocol";

/** What to do, by the error's code. */
export const enRemedies: Readonly<Record<ErrorCode, string>> = {
  AccessDenied:
    "Sign with a key that may do this, or change the policy or ACL that the message names. " +
    "`ossicle policy explain` shows the statement.",
  AccessForbidden: "Add a CORS rule for this origin, method and headers to the bucket.",
  AccessMonitorDisableNotAllowed: "Remove IsAccessTime from the lifecycle rules first.",
  ArchiveRestoreFileStale: "Nothing needs to be done: the object is not restored.",
  ArchiveRestoreNotFinished: "Wait until the restore has finished; HeadObject shows its state.",
  AccessKeyIdAndSecurityTokenNotMatch:
    "Use the access key and the security token of the same AssumeRole answer.",
  BadRequest: "Read the message. A proxy or a client may have changed the request.",
  BucketAlreadyExists: "Choose another name. A bucket's storage class cannot be changed later.",
  BucketCallbackPolicyNotExist: "Store a callback in the bucket first (PutBucketCallbackPolicy).",
  BucketNotEmpty: "Delete all objects, versions and unfinished uploads in parts first.",
  CORSRuleBeyondLimit: "Use at most 10 rules; one rule can name several origins and methods.",
  CallbackFailed:
    "The object is stored. Find out why the application did not confirm it (`ossicle deliveries " +
    "show`, with the request ID), and send the callback again.",
  CallbackNotConfirmed:
    "Find out why the application did not confirm the upload (`ossicle deliveries show`, with " +
    "the request ID), then upload again.",
  DecompressFailure: "Leave CompressionType out, or compress the object with gzip.",
  EntityTooLarge: "Upload in parts, or allow more in the form's policy.",
  EntityTooSmall:
    "Make every part but the last at least 100 KiB, or allow less in the form's policy.",
  FieldItemTooLong: "Shorten this form field, or send the value in another way.",
  FileAlreadyExists: "Choose another key, drop x-oss-forbid-overwrite, or change overwrite rules.",
  IncompleteBody: "Upload again. The connection was cut, or Content-Length was too large.",
  IncorrectNumberOfFilesInPOSTRequest: "Send one file in the form, in the field named file.",
  InternalError: "Try again. If it happens again, look for the request ID in the store's log.",
  InvalidAccessKeyId: "Check the access key ID. `ossicle keys list` shows the keys of the store.",
  InvalidArgument:
    "Correct the argument that ArgumentName and the message name. Authorization: check the " +
    "region. A callback: the store may not call private addresses (--callback-targets).",
  InvalidBucketName:
    "Use 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.",
  InvalidCommentCharacter: "Use one character.",
  InvalidCRC64: "Upload again. The body was damaged on the way, or its CRC-64 was wrong.",
  InvalidCsvLine: "Correct the row, or allow rows to be skipped (MaxSkippedRecordsAllowed).",
  InvalidDataEncryptionAlgorithmError: "Leave KMSDataEncryption out, or set it to SM4.",
  InvalidDigest: "Send the MD5 of the body in Base64, or upload again if the body was damaged.",
  InvalidEncryptionAlgorithmError: "Use AES256, KMS or SM4.",
  InvalidInputFieldDelimiter: "Use one character.",
  InvalidInputQuote: "Use one character.",
  InvalidInputRecordDelimiter: "Use one or two characters.",
  InvalidJsonData: "Check the object, and whether its Type is LINES or DOCUMENT.",
  InvalidLocationConstraint:
    "Use the store's region, for example oss-cn-hangzhou, or leave it out.",
  InvalidObjectName: "Use 1 to 1,023 bytes of UTF-8 that do not begin with / or \\.",
  InvalidObjectState: "Restore the archived object before you read it.",
  InvalidOSSSelectParameters: "Change one of the parameters that the message names.",
  InvalidOutputFieldDelimiter: "Use one character.",
  InvalidOutputRecordDelimiter: "Use one or two characters.",
  InvalidPart: "List the parts, and complete the upload with their numbers and ETags.",
  InvalidPartOrder: "Sort the parts by number.",
  InvalidPolicyDocument: "Correct the policy; the message says what is wrong with it.",
  InvalidRange:
    "Ask for a range that begins before the end of the object. Without x-oss-range-behavior: " +
    "standard, the answer would be the whole object.",
  InvalidRequest: "Read the message: these headers or parameters cannot be combined.",
  InvalidSecurityToken: "Get temporary keys again; this token is not from this store.",
  InvalidSqlParameter: "Write a statement of at most 16 KB.",
  InvalidTag:
    "Use at most 10 tags for an object and 20 for a bucket, with keys of 1 to 128 and values of " +
    "up to 256 characters.",
  InvalidTargetType: "Point the symlink at an object that is not a symlink.",
  JsonNodeExceedsMaxSize: "Choose a longer path after FROM, so that each value is smaller.",
  KeyDisabled: "Enable the key: ossicle encryption enable-key ID.",
  KeyNotFound:
    "List the keys with ossicle encryption list-keys, or leave the id out to use the default key.",
  MalformedPOSTRequest:
    "Send multipart/form-data with a boundary; let the browser set the header Content-Type.",
  MalformedXML: "Correct the document; ErrorDetail says what is wrong.",
  MaxPOSTPreDataLengthExceededError: "Send fewer or shorter fields before the file.",
  MetaQueryAlreadyExist: "The bucket can be searched already.",
  MetaQueryNotExist: "Open it first with OpenMetaQuery.",
  MethodNotAllowed:
    "Use another method. A delete marker can be deleted, but not read, and a sealed object " +
    "cannot be appended to.",
  MissingArgument: "Add the argument that the message names.",
  MissingContentLength: "Send Content-Length, or Transfer-Encoding: chunked.",
  NoSuchArchiveDirectReadConfiguration: "Set the configuration first.",
  NoSuchBucket:
    "Create the bucket, or check its name and whether the client addresses it by path or by host.",
  FileImmutable:
    "Wait until the retention ends, or take the legal hold off. GOVERNANCE mode has a bypass.",
  InvalidWORMConfiguration:
    "See the message: a bucket has a retention policy or retentions of single objects, not both.",
  InvalidTargetBucketForLogging: "Create the bucket for the log first, or name another one.",
  InventoryAlreadyExist: "Remove the inventory of this id first, or use another id.",
  NoSuchBucketOverwriteConfig: "Set rules with PutBucketOverwriteConfig first.",
  NoSuchInventory: "The bucket has no inventory of this id; add it first.",
  ImageTooLarge: "Process a smaller image: at most 20 MB, and 67 million pixels.",
  NoSuchServerSideEncryptionRule: "The bucket has no encryption; set it first.",
  NoSuchStyle: "Check the style's name, or add the style to the bucket first.",
  NoSuchWebsiteConfiguration: "The bucket is not a static website; set its pages first.",
  NoSuchObjectLegalHoldConfiguration:
    "The version has no legal hold; set one with PutObjectLegalHold.",
  NoSuchObjectRetentionConfiguration:
    "The version has no retention; set one with PutObjectRetention.",
  NoSuchObjectWormConfiguration:
    "Turn retention of single objects on first (PutBucketObjectWormConfiguration).",
  NoSuchWORMConfiguration: "The bucket has no retention policy, or one of another id.",
  OutputExceedsMaxSize: "Select fewer or shorter values.",
  SqlInvalidColumnIndex: "Use _1 to _1000.",
  SqlInvalidColumnName:
    "Use a name of the first row, with FileHeaderInfo Use, or _1, _2 and so on.",
  SqlInvalidKeepAllColumns:
    "Name each column once, and no aggregates, or leave KeepAllColumns out.",
  SqlInvalidLimitValue: "Use a limit of at least 1.",
  SqlInvalidMixOfAggregationAndColumn: "Select aggregates only, or columns only.",
  SqlInvalidMixOfStarAndColumn: "Select the star alone, or columns only.",
  SqlSyntaxError: "Correct the statement at the character that the message names.",
  SqlUnsupportedSql: "Leave out the part that the message names.",
  UnsupportedCompressionFormat: "Use None or GZIP.",
  WildCardNotAllowed: "Put [*] after FROM OSSOBJECT.",
  WORMConfigurationLocked: "A locked retention policy cannot be removed, only extended.",
  NoSuchBucketPolicy: "The bucket has no policy; set one first.",
  NoSuchCORSConfiguration: "The bucket has no CORS rules; set them first.",
  NoSuchDeliveryPolicy: "The bucket has no delivery policy; the store's default applies.",
  NoSuchKey: "Check the key, its upper and lower case, and whether it was encoded twice.",
  NoSuchLifecycle: "The bucket has no lifecycle rules; set them first.",
  NoSuchRegion: "Use the store's region.",
  NoSuchTransferAccelerationConfiguration: "Set the configuration first.",
  NoSuchUpload: "Begin the upload again. It was completed, aborted, or expired.",
  NoSuchVersion: "List the versions, and use an ID from the list.",
  NotImplemented:
    "Ossicle does not have this function. The page Compatibility names the operations it has.",
  NotModified: "Use the copy that you have.",
  NotSymlink: "Use GetObject; the object is not a symlink.",
  ObjectNotAppendable: "Append to a new key. This object was not made by AppendObject.",
  OperationNotSupported: "Use another operation; the message says why this one is not possible.",
  PartAlreadyExist: "Go on with the next part, or begin the upload again.",
  PartNotSequential: "Upload the parts one after another, from 1, without gaps.",
  PositionNotEqualToLength: "Append at x-oss-next-append-position of this answer.",
  PreconditionFailed: "Read the object again: it has changed since you read it.",
  RequestIsNotMultiPartContent: "Send the form as multipart/form-data.",
  RequestTimeout: "Send the request again, without pauses. A proxy or a slow network held it up.",
  RequestTimeTooSkewed: "Set the clock of the machine that signs; 15 minutes are tolerated.",
  ResourceGroupIdPreCheckError:
    "Correct the ID of the group, or leave it empty for the default group.",
  RestoreAlreadyInProgress: "Wait until the restore has finished.",
  SecurityTokenExpired: "Get temporary keys again, with a longer time if they are too short.",
  ServiceUnavailable:
    "Try again after a pause. If it goes on, look at the store's health, disk space and log.",
  SignatureDoesNotMatch:
    "Check the secret. Then compare StringToSign with what the client signed: a header, the " +
    "query, or a path that a proxy has changed.",
  SymlinkTargetNotExist: "Upload the target, or delete the symlink.",
};
