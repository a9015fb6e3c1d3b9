// Every error of the catalogue is raised by a request and answered with its status, message and EC:
// the compiler asks for a request with each new code. Then the arguments that OSS's documentation
// names.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { catalogue, type ErrorCode, type ErrorEntry } from "@ossicle/protocol";
import { BlobMissingError } from "@ossicle/store";
import { describe, expect, test } from "vitest";
import {
  type ModelAnswer,
  modelCredentials,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "../testing/model-pipeline.ts";

type Asking = (pipeline: ModelPipeline) => Promise<ModelAnswer>;

/** How an error is raised. */
type Raised =
  | {
      readonly by: Asking;
      /** The message, if it differs from the catalogue's. */
      readonly message?: string;
      readonly ec?: string;
    }
  /** Another test raises it: the path of that test, relative to this file. */
  | { readonly elsewhere: string };

/** Sends the requests one after the other, and returns the last answer. */
function asking(...requests: readonly [ModelRequest, ...ModelRequest[]]): Asking {
  return async ({ ask }) => {
    let answer: ModelAnswer | undefined;
    for (const request of requests) answer = await ask(request);
    if (answer === undefined) throw new Error("there was no request");
    return answer;
  };
}

type Headers = Readonly<Record<string, string>>;
const put = (path: string, body: string | Uint8Array = "hello", headers: Headers = {}) => ({
  method: "PUT",
  path: `/bucket${path}`,
  body,
  headers,
});
const get = (path: string, headers: Headers = {}) => ({
  method: "GET",
  path: `/bucket${path}`,
  headers,
});
const post = (path: string, body = "", headers: Headers = {}) => ({
  method: "POST",
  path: `/bucket${path}`,
  body,
  headers,
});
const remove = (path: string) => ({ method: "DELETE", path: `/bucket${path}` });
const anonymous = (request: ModelRequest): ModelRequest => ({ ...request, anonymous: true });

const cors = (rules: number): string => {
  const rule =
    "<CORSRule><AllowedOrigin>a</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";
  return `<CORSConfiguration>${rule.repeat(rules)}</CORSConfiguration>`;
};
const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
const archived = put("/k", "hello", { "x-oss-storage-class": "Archive" });
const coldArchived = put("/k", "hello", { "x-oss-storage-class": "ColdArchive" });
const preflight = (headers: Headers): ModelRequest => ({
  method: "OPTIONS",
  path: "/bucket/k",
  anonymous: true,
  headers,
});
const link = (key: string, target: string): ModelRequest =>
  put(`/${key}?symlink`, "", { "x-oss-symlink-target": target });

const field = (name: string, value: string, more = ""): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const file = field("file", "x", '; filename="f"');
function signed(policy: string): string {
  const signature = createHmac("sha1", modelCredentials.accessKeySecret).update(policy);
  return (
    field("OSSAccessKeyId", modelCredentials.accessKeyId) +
    field("policy", policy) +
    field("Signature", signature.digest("base64"))
  );
}
const form = (body: string): ModelRequest => ({
  ...post("", `${body}--b--\r\n`, { "content-type": "multipart/form-data; boundary=b" }),
  anonymous: true,
});

/** Completes an upload whose parts have these sizes. */
function completing(
  sizes: readonly number[],
  document: (etags: readonly string[]) => string,
): Asking {
  return async ({ ask }) => {
    const begun = await ask(post("/k?uploads"));
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(begun.body)?.[1] ?? "";
    const etags: string[] = [];
    for (const [at, size] of sizes.entries()) {
      const part = put(`/k?partNumber=${at + 1}&uploadId=${uploadId}`, "x".repeat(size));
      etags.push((await ask(part)).headers["etag"] ?? "");
    }
    return ask(post(`/k?uploadId=${uploadId}`, document(etags)));
  };
}
const parts = (...listed: readonly (readonly [number: number, etag: string | undefined])[]) =>
  `<CompleteMultipartUpload>${listed
    .map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join("")}</CompleteMultipartUpload>`;
const retain = post(
  "?worm",
  "<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays>" +
    "</InitiateWormConfiguration>",
);
const inventory = put(
  "?inventory&inventoryId=i",
  "<InventoryConfiguration><Id>i</Id><IsEnabled>true</IsEnabled><Destination>" +
    "<OSSBucketDestination><Format>CSV</Format><AccountId>1</AccountId><RoleArn>r</RoleArn>" +
    "<Bucket>acs:oss:::bucket</Bucket></OSSBucketDestination></Destination><Schedule>" +
    "<Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions>" +
    "</InventoryConfiguration>",
);
const tracking = (status: string): ModelRequest =>
  put(
    "?accessmonitor",
    `<AccessMonitorConfiguration><Status>${status}</Status></AccessMonitorConfiguration>`,
  );
const moveByAccess = put(
  "?lifecycle",
  "<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>1</Days>" +
    "<StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime></Transition></Rule>" +
    "</LifecycleConfiguration>",
);
const encryptionRule = (algorithm: string, more = ""): string =>
  "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>" +
  `<SSEAlgorithm>${algorithm}</SSEAlgorithm>${more}` +
  "</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>";
const upload = "0123456789ABCDEF0123456789ABCDEF";

/** A callback to a port without a listener. */
const nobody = Buffer.from(
  JSON.stringify({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "o" }),
).toString("base64");

const errors: Readonly<Record<ErrorCode, Raised>> = {
  AccessDenied: {
    by: asking(put("/k"), anonymous(get("/k"))),
    message: "You have no right to access this object because of bucket acl.",
    ec: "0003-00000001",
  },
  AccessForbidden: {
    by: asking(preflight({ origin: "http://a.com", "access-control-request-method": "GET" })),
  },
  AccessKeyIdAndSecurityTokenNotMatch: { elsewhere: "sts.test.ts" },
  AccessMonitorDisableNotAllowed: {
    by: asking(tracking("Enabled"), moveByAccess, tracking("Disabled")),
  },
  ArchiveRestoreFileStale: { by: asking(archived, post("/k?cleanRestoredObject")) },
  ArchiveRestoreNotFinished: {
    by: asking(coldArchived, post("/k?restore"), post("/k?cleanRestoredObject")),
  },
  BadRequest: {
    by: asking(preflight({ origin: "http://a.com" })),
    message: "Insufficient information. Access-Control-Request-Method header needed.",
  },
  BucketAlreadyExists: {
    by: asking({
      method: "PUT",
      path: "/bucket",
      body:
        "<CreateBucketConfiguration><StorageClass>IA</StorageClass>" +
        "</CreateBucketConfiguration>",
    }),
    message: "Cannot modify existing bucket's storage class.",
  },
  BucketCallbackPolicyNotExist: { by: asking(get("?policy&comp=callback")) },
  BucketNotEmpty: { by: asking(put("/k"), remove("")) },
  CORSRuleBeyondLimit: { by: asking(put("?cors", cors(11))) },
  CallbackFailed: { elsewhere: "../../../../tests/scenarios/upload-callback.test.ts" },
  CallbackNotConfirmed: {
    by: asking(
      put(
        "?x-ossicle-delivery-policy",
        "<DeliveryPolicy><OnFailure>hide</OnFailure></DeliveryPolicy>",
      ),
      put("/k", "hello", { "x-oss-callback": nobody }),
    ),
    message: "Error status : 502. The object is not kept.",
    ec: "0007-00000203",
  },
  EntityTooLarge: { by: asking({ ...put("/k"), claimedBytes: 5_368_709_121 }) },
  EntityTooSmall: { by: completing([10, 10], ([one, two]) => parts([1, one], [2, two])) },
  FieldItemTooLong: { by: asking(form(field("x", "v".repeat(2_097_153)) + file)) },
  FileAlreadyExists: {
    by: asking(put("/k"), put("/k", "again", { "x-oss-forbid-overwrite": "true" })),
  },
  IncompleteBody: { by: asking({ ...put("/k"), claimedBytes: 6 }) },
  IncorrectNumberOfFilesInPOSTRequest: { by: asking(form(field("key", "k"))) },
  InternalError: {
    by: async (pipeline) => {
      await pipeline.ask(put("/k", "x".repeat(100)));
      const gone = (): Promise<never> => Promise.reject(new BlobMissingError("gone"));
      Object.assign(pipeline.services.blobs, { read: gone });
      return pipeline.ask(get("/k"));
    },
  },
  InvalidAccessKeyId: {
    by: ({ askRaw }) =>
      askRaw(
        get("/k", { date: "Sun, 22 Nov 2026 12:00:00 GMT", authorization: "OSS nobody:c2ln" }),
      ),
  },
  InvalidArgument: {
    by: asking(put("?acl", "", { "x-oss-acl": "all" })),
    message: "no such bucket access control exists",
  },
  InvalidBucketName: { by: asking({ method: "PUT", path: "/No" }) },
  InvalidCRC64: { by: asking(put("/k", "hello", { "x-oss-hash-crc64ecma": "1" })) },
  InvalidDigest: {
    by: asking(put("/k", "hello", { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" })),
    ec: "0017-00000503",
  },
  InvalidLocationConstraint: {
    by: asking({
      method: "PUT",
      path: "/other",
      body:
        "<CreateBucketConfiguration><LocationConstraint>oss-nowhere</LocationConstraint>" +
        "</CreateBucketConfiguration>",
    }),
  },
  InvalidObjectName: {
    by: asking(put(`/${"k".repeat(1_024)}`)),
    message: "The Length of Object name must be less than 1024.",
    ec: "0016-00000003",
  },
  InvalidObjectState: { by: asking(archived, get("/k")) },
  InvalidPart: { by: completing([10], () => parts([1, '"00"'])) },
  InvalidPartOrder: { by: completing([102_400, 10], ([one, two]) => parts([2, two], [1, one])) },
  InvalidPolicyDocument: {
    by: asking(form(signed("e30=") + field("key", "k") + file)),
    message: "Invalid Policy: The policy has neither expiration nor conditions.",
    ec: "0006-00000209",
  },
  InvalidRange: {
    by: asking(put("/k"), get("/k", { range: "bytes=9-", "x-oss-range-behavior": "standard" })),
  },
  InvalidRequest: {
    by: asking(
      put("?acl", "", { "x-oss-acl": "public-read" }),
      put("/k"),
      anonymous(get("/k?response-expires=0")),
    ),
    message: "Request specific response headers cannot be used for anonymous GET requests.",
  },
  InvalidSecurityToken: { elsewhere: "sts.test.ts" },
  InvalidTag: {
    by: asking(
      put("/k"),
      put("/k?tagging", "<Tagging><TagSet><Tag><Key></Key></Tag></TagSet></Tagging>"),
    ),
    message: "The TagKey you have provided is invalid.",
  },
  InvalidTargetType: { by: asking(put("/k"), link("a", "k"), link("b", "a"), get("/b")) },
  MalformedPOSTRequest: { by: asking(form(field("key", "k", "") + "garbage")) },
  MalformedXML: {
    by: asking(put("?versioning", "<VersioningConfiguration/>")),
    ec: "0015-00000231",
  },
  MaxPOSTPreDataLengthExceededError: { elsewhere: "../operations/bucket/post-object.test.ts" },
  MetaQueryAlreadyExist: { by: asking(post("?metaQuery&comp=add"), post("?metaQuery&comp=add")) },
  MetaQueryNotExist: { by: asking(get("?metaQuery")) },
  MethodNotAllowed: { by: asking({ method: "PATCH", path: "/bucket/k" }) },
  MissingArgument: { by: asking(post("/k?append", "x")) },
  MissingContentLength: { by: asking({ ...put("/k", ""), claimedBytes: "none" }) },
  NoSuchArchiveDirectReadConfiguration: { by: asking(get("?bucketArchiveDirectRead")) },
  NoSuchBucket: { by: asking({ method: "GET", path: "/nobucket/k" }) },
  NoSuchStyle: { by: asking(get("?style&styleName=missing")) },
  ImageTooLarge: { elsewhere: "../operations/object/process-image.test.ts" },
  FileImmutable: { by: asking(retain, put("/k"), remove("/k")) },
  InvalidWORMConfiguration: {
    by: asking(retain, retain),
    message:
      "The bucket already has a retention policy (InProgress). " +
      "Remove it, or extend it if it is locked.",
  },
  InventoryAlreadyExist: { by: asking(inventory, inventory) },
  NoSuchInventory: { by: asking(get("?inventory&inventoryId=i")) },
  InvalidTargetBucketForLogging: {
    by: asking(
      put(
        "?logging",
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>missing</TargetBucket>" +
          "</LoggingEnabled></BucketLoggingStatus>",
      ),
    ),
    message: "put bucket log requester is not target bucket owner.",
    ec: "0032-00000008",
  },
  DecompressFailure: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidCommentCharacter: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidCsvLine: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidInputFieldDelimiter: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidInputQuote: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidInputRecordDelimiter: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidJsonData: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidOSSSelectParameters: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidOutputFieldDelimiter: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidOutputRecordDelimiter: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidSqlParameter: { elsewhere: "../operations/object/select-object.test.ts" },
  JsonNodeExceedsMaxSize: { elsewhere: "../operations/object/select-object.test.ts" },
  OutputExceedsMaxSize: { elsewhere: "../operations/object/select-limits.test.ts" },
  SqlInvalidColumnIndex: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlInvalidColumnName: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlInvalidKeepAllColumns: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlInvalidLimitValue: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlInvalidMixOfAggregationAndColumn: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlInvalidMixOfStarAndColumn: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlSyntaxError: { elsewhere: "../operations/object/select-object.test.ts" },
  SqlUnsupportedSql: { elsewhere: "../operations/object/select-object.test.ts" },
  UnsupportedCompressionFormat: { elsewhere: "../operations/object/select-object.test.ts" },
  WildCardNotAllowed: { elsewhere: "../operations/object/select-object.test.ts" },
  InvalidDataEncryptionAlgorithmError: {
    by: asking(
      put("?encryption", encryptionRule("KMS", "<KMSDataEncryption>DES</KMSDataEncryption>")),
    ),
  },
  InvalidEncryptionAlgorithmError: { by: asking(put("?encryption", encryptionRule("DES"))) },
  KeyDisabled: { elsewhere: "../accounts/encryption-admin.test.ts" },
  KeyNotFound: {
    by: asking(
      put("/k", "x", {
        "x-oss-server-side-encryption": "KMS",
        "x-oss-server-side-encryption-key-id": "missing",
      }),
    ),
  },
  NoSuchServerSideEncryptionRule: { by: asking(get("?encryption")) },
  NoSuchWebsiteConfiguration: { by: asking(get("?website")) },
  NoSuchObjectWormConfiguration: { by: asking(get("?objectWorm")) },
  NoSuchObjectRetentionConfiguration: { by: asking(put("/k"), get("/k?retention")) },
  NoSuchObjectLegalHoldConfiguration: { by: asking(put("/k"), get("/k?legalHold")) },
  NoSuchWORMConfiguration: { by: asking(get("?worm")) },
  WORMConfigurationLocked: {
    by: async ({ ask }) => {
      const { headers } = await ask(retain);
      await ask(post(`?wormId=${headers["x-oss-worm-id"]}`));
      return ask(remove("?worm"));
    },
  },
  NoSuchBucketPolicy: { by: asking(get("?policy")) },
  NoSuchCORSConfiguration: { by: asking(get("?cors")) },
  NoSuchBucketOverwriteConfig: { by: asking(get("?overwriteConfig")) },
  NoSuchDeliveryPolicy: { by: asking(get("?x-ossicle-delivery-policy")) },
  NoSuchKey: { by: asking(get("/k")) },
  NoSuchLifecycle: { by: asking(get("?lifecycle")) },
  NoSuchRegion: { by: asking({ method: "GET", path: "/?regions=oss-nowhere" }) },
  NoSuchTransferAccelerationConfiguration: { by: asking(get("?transferAcceleration")) },
  NoSuchUpload: { by: asking(remove(`/k?uploadId=${upload}`)), ec: "0042-00000002" },
  NoSuchVersion: {
    by: async ({ ask }) => {
      await ask(put("?versioning", versioning));
      const version = (await ask(put("/k"))).headers["x-oss-version-id"];
      await ask(remove(`/k?versionId=${version}`));
      return ask(get(`/k?versionId=${version}`));
    },
  },
  NotImplemented: {
    by: asking(get("?replication")),
    message: "BucketReplication is not implemented.",
  },
  NotModified: {
    by: async ({ ask }) => {
      const { headers } = await ask(put("/k"));
      return ask(get("/k", { "if-none-match": headers["etag"] ?? "" }));
    },
  },
  NotSymlink: { by: asking(put("/k"), get("/k?symlink")) },
  ObjectNotAppendable: { by: asking(put("/k"), post("/k?append&position=5", "x")) },
  OperationNotSupported: { by: asking(put("/k"), post("/k?restore")), ec: "0016-00000702" },
  PartAlreadyExist: { elsewhere: "../operations/multipart/sequential-upload.test.ts" },
  PartNotSequential: { elsewhere: "../operations/multipart/sequential-upload.test.ts" },
  PositionNotEqualToLength: { by: asking(post("/k?append&position=1", "x")) },
  PreconditionFailed: { by: asking(put("/k"), get("/k", { "if-match": '"00"' })) },
  RequestIsNotMultiPartContent: {
    by: asking(anonymous(post("", "x", { "content-type": "text/plain" }))),
  },
  RequestTimeTooSkewed: {
    by: (pipeline) =>
      pipeline.askRaw(
        get("/k", { date: "Sun, 22 Nov 2026 10:00:00 GMT", authorization: "OSS ak:c2ln" }),
      ),
  },
  RequestTimeout: { elsewhere: "../http/listener.test.ts" },
  ResourceGroupIdPreCheckError: {
    by: asking(
      put(
        "?resourceGroup",
        "<BucketResourceGroupConfiguration><ResourceGroupId>mine</ResourceGroupId>" +
          "</BucketResourceGroupConfiguration>",
      ),
    ),
  },
  RestoreAlreadyInProgress: { by: asking(archived, post("/k?restore"), post("/k?restore")) },
  SecurityTokenExpired: { elsewhere: "sts.test.ts" },
  ServiceUnavailable: {
    by: async () => {
      let troubled = false;
      const { ask } = await modelPipeline({ trouble: () => (troubled ? "unheard" : undefined) });
      await ask({ method: "PUT", path: "/bucket" });
      troubled = true;
      return ask(put("/k"));
    },
  },
  SignatureDoesNotMatch: {
    by: ({ askRaw }) =>
      askRaw(get("/k", { date: "Sun, 22 Nov 2026 12:00:00 GMT", authorization: "OSS ak:c2ln" })),
  },
  SymlinkTargetNotExist: { by: asking(link("a", "nothing"), get("/a")) },
};

async function bucketOf(): Promise<ModelPipeline> {
  const pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  return pipeline;
}

function messageOf({ body }: ModelAnswer): string | undefined {
  const text = /<Message>([^<]*)<\/Message>/.exec(body)?.[1];
  return text?.replaceAll("&apos;", "'").replaceAll("&#39;", "'");
}

describe("every error of the catalogue", () => {
  test.each(Object.entries(errors) as [ErrorCode, Raised][])(
    "%s can be raised",
    async (code, raised) => {
      if ("elsewhere" in raised) {
        const source = readFileSync(new URL(raised.elsewhere, import.meta.url), "utf8");
        expect(source.includes(code)).toBe(true);
        return;
      }
      const answer = await raised.by(await bucketOf());
      const entry: ErrorEntry = catalogue[code];
      expect(answer).toMatchObject({ status: entry.status });
      if (entry.status === 304) return; // without a document
      const { message = entry.message, ec = entry.ec } = raised;
      const found = { code: answer.code, message: messageOf(answer), ec: answer.ec };
      expect(found).toEqual({ code, message, ec });
      for (const name of entry.details) expect(answer.body).toContain(`<${name}>`);
    },
  );
});

describe("InvalidArgument names the argument", () => {
  const long = "x".repeat(1_025);
  const range = "Part number must be an integer between 1 and 10000, inclusive.";
  const versionIds = (text: string): ModelRequest => get(`/k?versionId=${text}`);

  test.each<readonly [what: string, Asking, { name: string; ec?: string; message?: string }]>([
    [
      "bucket ACL",
      asking(put("?acl", "", { "x-oss-acl": "all" })),
      { name: "x-oss-acl", message: "no such bucket access control exists" },
    ],
    [
      "object ACL",
      asking(put("/k", "x", { "x-oss-object-acl": "all" })),
      { name: "x-oss-object-acl" },
    ],
    [
      "part number",
      asking(put(`/k?partNumber=10001&uploadId=${upload}`)),
      { name: "PartNumber", ec: "0017-00000220", message: range },
    ],
    [
      "part number that is not a number",
      asking(put(`/k?partNumber=x&uploadId=${upload}`)),
      { name: "PartNumber", ec: "0017-00000220", message: range },
    ],
    [
      "part number that is missing",
      asking(put(`/k?uploadId=${upload}`)),
      { name: "ResourceType", ec: "0017-00000219", message: "Unexpected query string parameter" },
    ],
    [
      "forbid-overwrite",
      asking(put("/k", "x", { "x-oss-forbid-overwrite": "yes" })),
      { name: "x-oss-forbid-overwrite", ec: "0017-00000279" },
    ],
    [
      "max-keys of objects",
      asking(get("?max-keys=1001")),
      { name: "max-keys", ec: "0015-00000402" },
    ],
    [
      "max-keys of versions",
      asking(get("?versions&max-keys=1001")),
      { name: "max-keys", ec: "0012-00000102" },
    ],
    [
      "max-keys of buckets",
      asking({ method: "GET", path: "/?max-keys=1001" }),
      { name: "max-keys", ec: "0017-00000289" },
    ],
    ["max-uploads", asking(get("?uploads&max-uploads=1001")), { name: "max-uploads" }],
    ["max-parts", asking(get(`/k?uploadId=${upload}&max-parts=1001`)), { name: "max-parts" }],
    [
      "continuation token",
      asking(get("?list-type=2&continuation-token=%00")),
      { name: "continuation-token" },
    ],
    [
      "version id",
      asking(put("/k"), versionIds("none")),
      { name: "versionId", message: "Invalid version id specified." },
    ],
    [
      "version id that is empty",
      asking(put("/k"), versionIds("")),
      { name: "versionId", message: "Version id can not be the empty string." },
    ],
    [
      "copy source",
      asking(put("/k", "", { "x-oss-copy-source": "bucket" })),
      {
        name: "x-oss-copy-source",
        message: "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
      },
    ],
    [
      "complete-all beside parts",
      asking(post(`/k?uploadId=${upload}`, parts([1, "x"]), { "x-oss-complete-all": "yes" })),
      {
        name: "x-oss-complete-all",
        ec: "0042-00000216",
        message: "Should not speficy both complete all header and http body.",
      },
    ],
    [
      "tagging header",
      asking(put("/k", "x", { "x-oss-tagging": "a=1&a=2" })),
      {
        name: "x-oss-tagging",
        message:
          "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query " +
          "parameters without tag name duplicates.",
      },
    ],
    [
      "callbacks in two places",
      asking(put("/k?callback=e30%3D", "x", { "x-oss-callback": "e30=" })),
      {
        name: "callback",
        ec: "0007-00000027",
        message:
          "Either the callback query string parameter or the x-oss-callback header should " +
          "be specified, not both.",
      },
    ],
    ["prefix", asking(get(`?prefix=${long}`)), { name: "prefix" }],
    ["marker", asking(get(`?marker=${long}`)), { name: "marker" }],
    ["delimiter", asking(get(`?versions&delimiter=${long}`)), { name: "delimiter" }],
    [
      "version-id-marker",
      asking(get(`?versions&key-marker=k&version-id-marker=${long}`)),
      { name: "version-id-marker" },
    ],
    [
      "traffic limit",
      asking(put("/k", "x", { "x-oss-traffic-limit": "1" })),
      {
        name: "x-oss-traffic-limit",
        message:
          "x-oss-traffic-limit is invalid, should be specified between 819200(100KB/s) and " +
          "838860800(100MB/s)",
      },
    ],
    [
      "storage class",
      asking(put("/k", "x", { "x-oss-storage-class": "Warm" })),
      { name: "x-oss-storage-class" },
    ],
    [
      "storage class of a bucket",
      asking({
        method: "PUT",
        path: "/other",
        body:
          "<CreateBucketConfiguration><StorageClass>Warm</StorageClass>" +
          "</CreateBucketConfiguration>",
      }),
      { name: "StorageClass", message: "No such bucket storage class exists." },
    ],
    [
      "restore tier",
      asking(
        coldArchived,
        post(
          "/k?restore",
          "<RestoreRequest><Days>1</Days><JobParameters><Tier>Never</Tier></JobParameters>" +
            "</RestoreRequest>",
        ),
      ),
      { name: "Tier" },
    ],
  ])("%s", async (_what, by, { name, ec, message }) => {
    const answer = await by(await bucketOf());
    expect(answer, answer.body).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(answer.body).toContain(`<ArgumentName>${name}</ArgumentName>`);
    expect(answer.ec).toBe(ec);
    if (message !== undefined) expect(messageOf(answer)).toBe(message);
  });
});
