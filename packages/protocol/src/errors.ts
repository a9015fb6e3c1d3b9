// The typed catalogue of OSS errors: for each code its status, message, detail elements and EC.
// Source: OSS error documentation and recorded answers, as collected in
// docs/reference/compatibility.md.
import { configurationErrors } from "./configuration-errors.ts";
import { selectErrors } from "./select-errors.ts";

/** What OSS answers for one error code. */
export interface ErrorEntry {
  /** HTTP status. */
  readonly status: number;
  /** The default message on the wire. A thrown error may replace it. */
  readonly message: string;
  /** OSS's error-cause number, where one is known. */
  readonly ec?: string;
  /** Names of the elements that follow HostId in the error document, in order. */
  readonly details: readonly string[];
}

// Isolated declarations need the type of a text that is joined.
/* oxlint-disable typescript/no-unnecessary-type-assertion */

const requestErrors = {
  AccessDenied: { status: 403, message: "AccessDenied", details: [] },
  AccessForbidden: {
    status: 403,
    message: ("CORSResponse: This CORS request is not allowed. This is usually because the " +
      "evalution of Origin, request method / Access-Control-Request-Method or Access-" +
      "Control-Requet-Headers are not whitelisted by the resource's CORS spec.") as string,
    details: [],
  },
  ArchiveRestoreFileStale: {
    status: 409,
    message: "The archive file's restore is stale.",
    details: [],
  },
  ArchiveRestoreNotFinished: {
    status: 409,
    message: "The archive file's restore is not finished.",
    ec: "0016-00000719",
    details: [],
  },
  AccessKeyIdAndSecurityTokenNotMatch: {
    status: 403,
    message: "The access key id and the security token you provided do not match.",
    ec: "0002-00000004",
    details: [],
  },
  BadRequest: { status: 400, message: "The request is invalid.", details: [] },
  BucketAlreadyExists: {
    status: 409,
    message: ("The requested bucket name is not available. The bucket namespace is shared by all " +
      "users of the system. Please select a different name and try again.") as string,
    ec: "0015-00000104",
    details: ["BucketName"],
  },
  BucketNotEmpty: {
    status: 409,
    message: "The bucket has objects. Please delete them first.",
    ec: "0015-00000301",
    details: ["BucketName"],
  },
  CallbackFailed: { status: 203, message: "Callback failed.", details: [] },
  /**
   * Ossicle's own code: the callback failed, and the bucket's delivery policy does not keep the
   * object. The status is 4xx, because SDKs retry after 5xx.
   */
  CallbackNotConfirmed: {
    status: 424,
    message: "The application did not confirm the upload, and the object is not stored.",
    details: ["OnFailure"],
  },
  EntityTooLarge: {
    status: 400,
    message: "Your proposed upload exceeds the maximum allowed size.",
    details: ["MaxSizeAllowed", "ProposedSize"],
  },
  EntityTooSmall: {
    status: 400,
    message: "Your proposed upload smaller than the minimum allowed size.",
    ec: "0042-00000213",
    details: ["ProposedSize", "MinSizeAllowed"],
  },
  FieldItemTooLong: {
    status: 400,
    message: "Your HTTP multipart/form-data field is too long.",
    ec: "0006-00000112",
    details: ["FieldName"],
  },
  FileAlreadyExists: {
    status: 409,
    message: "The object you specified already exists and can not be overwritten.",
    ec: "0026-00000002",
    details: ["Key"],
  },
  ImageTooLarge: {
    status: 400,
    message: "The image is too large to be processed.",
    ec: "0040-00000001",
    details: [],
  },
  IncompleteBody: {
    status: 400,
    message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    details: [],
  },
  IncorrectNumberOfFilesInPOSTRequest: {
    status: 400,
    message: "POST requires exactly one file upload per request.",
    details: [],
  },
  InternalError: {
    status: 500,
    message: "We encountered an internal error. Please try again.",
    details: [],
  },
  InvalidAccessKeyId: {
    status: 403,
    message: "The OSS Access Key Id you provided does not exist in our records.",
    ec: "0002-00000902",
    details: ["OSSAccessKeyId"],
  },
  InvalidArgument: {
    status: 400,
    message: "The argument you provided is invalid.",
    details: ["ArgumentName", "ArgumentValue"],
  },
  InvalidBucketName: {
    status: 400,
    message: "The specified bucket is not valid.",
    details: ["BucketName"],
  },
  InvalidCRC64: {
    status: 400,
    message: "The x-oss-hash-crc64ecma you specified does not match what we calculated.",
    details: [],
  },
  InvalidDigest: {
    status: 400,
    message: "The Content-MD5 you specified was invalid.",
    details: [],
  },
  InvalidLocationConstraint: {
    status: 400,
    message: "The specified location-constraint is not valid",
    details: ["LocationConstraint"],
  },
  InvalidObjectName: {
    status: 400,
    message: "The specified object is not valid.",
    ec: "0016-00000002",
    details: ["ObjectName"],
  },
  InvalidObjectState: {
    status: 403,
    message: "The operation is not valid for the object's state",
    details: ["ObjectName"],
  },
  InvalidPart: {
    status: 400,
    message: ("One or more of the specified parts could not be found or the specified entity tag " +
      "might not have matched the part's entity tag.") as string,
    details: ["PartNumber"],
  },
  InvalidPartOrder: {
    status: 400,
    message:
      ("The list of parts was not in ascending order. Parts list must specified in order by " +
        "part number.") as string,
    ec: "0042-00000209",
    details: [],
  },
  InvalidRange: {
    status: 416,
    message: "The requested range cannot be satisfied",
    details: ["ActualObjectSize", "RangeRequested"],
  },
  InvalidRequest: { status: 400, message: "The request is invalid.", details: [] },
  InvalidSecurityToken: {
    status: 403,
    message: "The security token you provided is invalid.",
    ec: "0002-00000006",
    details: [],
  },
  InvalidTag: {
    status: 400,
    message: "The tag provided was not a valid tag.",
    details: ["TagKey", "TagValue"],
  },
  InvalidTargetType: {
    status: 400,
    message: "The symbolic's target file type is invalid.",
    ec: "0026-00000011",
    details: [],
  },
  MalformedPOSTRequest: {
    status: 400,
    message: "The body of your POST request is not well-formed multipart/form-data.",
    details: [],
  },
  MalformedXML: {
    status: 400,
    message:
      "The XML you provided was not well-formed or did not validate against our published schema.",
    details: ["ErrorDetail"],
  },
  MaxPOSTPreDataLengthExceededError: {
    status: 400,
    message: "Your POST request fields preceding the upload file were too large.",
    ec: "0006-00000112",
    details: [],
  },
  MethodNotAllowed: {
    status: 405,
    message: "The specified method is not allowed against this resource.",
    ec: "0003-00000016",
    details: ["Method", "ResourceType"],
  },
  MissingArgument: {
    status: 400,
    message: "Missing Some Required Arguments.",
    ec: "0016-00000502",
    details: [],
  },
  MissingContentLength: {
    status: 411,
    message: "You must provide the Content-Length HTTP header.",
    details: [],
  },
  NoSuchBucket: {
    status: 404,
    message: "The specified bucket does not exist.",
    ec: "0015-00000101",
    details: ["BucketName"],
  },
  NoSuchKey: {
    status: 404,
    message: "The specified key does not exist.",
    ec: "0026-00000001",
    details: ["Key"],
  },
  NoSuchRegion: {
    status: 404,
    message: "The specified region does not exist.",
    details: ["Region"],
  },
  NoSuchUpload: {
    status: 404,
    message:
      ("The specified upload does not exist. The upload ID may be invalid, or the upload may" +
        " have been aborted or completed.") as string,
    details: ["UploadId"],
  },
  NoSuchVersion: {
    status: 404,
    message: "The specified version does not exist.",
    details: ["Key", "VersionId"],
  },
  NotImplemented: {
    status: 501,
    message: "A header you provided implies functionality that is not implemented.",
    details: ["Header"],
  },
  NotModified: { status: 304, message: "Not Modified", details: [] },
  NotSymlink: { status: 400, message: "The object is not symlink.", details: [] },
  ObjectNotAppendable: {
    status: 409,
    message: "The object is not appendable",
    details: [],
  },
  OperationNotSupported: {
    status: 400,
    message: "The operation is not supported for this resource",
    details: ["ResourceType"],
  },
  PartAlreadyExist: {
    status: 409,
    message: "For sequential multipart upload, you can't overwrite uploaded parts.",
    details: ["PartNumber", "PartEtag"],
  },
  PartNotSequential: {
    status: 400,
    message:
      ("For sequential multipart upload, you must upload or complete parts with sequential " +
        "part number.") as string,
    details: ["PartNumber"],
  },
  PositionNotEqualToLength: {
    status: 409,
    message: "Position is not equal to file length",
    ec: "0026-00000016",
    details: [],
  },
  PreconditionFailed: {
    status: 412,
    message: "At least one of the pre-conditions you specified did not hold.",
    details: ["Condition"],
  },
  RequestIsNotMultiPartContent: {
    status: 400,
    message: "Bucket POST must be of the enclosure-type multipart/form-data.",
    details: [],
  },
  RequestTimeout: {
    status: 400,
    message: ("Your socket connection to the server was not read from or written to within the " +
      "timeout period. Idle connections will be closed.") as string,
    details: [],
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: "The difference between the request time and the current time is too large.",
    ec: "0002-00000504",
    details: ["MaxAllowedSkewMilliseconds", "RequestTime", "ServerTime"],
  },
  ResourceGroupIdPreCheckError: {
    status: 400,
    message: "The resource group id precheck error",
    ec: "0039-00000003",
    details: [],
  },
  RestoreAlreadyInProgress: {
    status: 409,
    message: "The restore operation is in progress.",
    ec: "0016-00000701",
    details: [],
  },
  SecurityTokenExpired: {
    status: 403,
    message: "The security token you provided has expired.",
    ec: "0002-00000007",
    details: [],
  },
  ServiceUnavailable: { status: 503, message: "Please reduce your request rate.", details: [] },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      ("The request signature we calculated does not match the signature you provided. Check" +
        " your key and signing method.") as string,
    ec: "0002-00000040",
    details: ["OSSAccessKeyId", "SignatureProvided", "StringToSign", "StringToSignBytes"],
  },
  SymlinkTargetNotExist: {
    status: 404,
    message: "The symlink target object does not exist.",
    details: [],
  },
} as const;

/** Every error that Ossicle raises. */
export const catalogue: typeof requestErrors & typeof configurationErrors & typeof selectErrors = {
  ...requestErrors,
  ...configurationErrors,
  ...selectErrors,
};

/** A code of the catalogue. */
export type ErrorCode = keyof typeof catalogue;

/** The detail elements that a code must carry. */
export type ErrorDetails<Code extends ErrorCode> = {
  readonly [Name in (typeof catalogue)[Code]["details"][number]]: string;
};

/** The catalogue under its general type, for lookups by a code that came from outside. */
export const entries: Readonly<Record<string, ErrorEntry>> = catalogue;
