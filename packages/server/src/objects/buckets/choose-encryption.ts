// How a new object is encrypted: as its upload says, or by the bucket's rule.
import {
  type DefaultEncryption,
  OssError,
  type ServerSideEncryption,
  shownValue,
} from "@ossicle/protocol";
import type { ByteServices } from "../bytes/byte-services.ts";
import { storeKeyId } from "../encryption/encryption-keys.ts";
import type { Encryption } from "../encryption/encryption.ts";
import type { EncryptionRecord, EncryptionRule } from "../records/records.ts";
import type { Bucket } from "./bucket.ts";

/**
 * The encryption of a new object; undefined when its bytes are stored as they are. Throws
 * InvalidEncryptionAlgorithmError, InvalidDataEncryptionAlgorithmError, KeyNotFound, KeyDisabled.
 */
export async function chooseEncryption(
  { encryptionKeys }: Pick<ByteServices, "encryptionKeys">,
  { gate, record }: Pick<Bucket, "gate" | "record">,
  asked: ServerSideEncryption,
): Promise<Encryption | undefined> {
  const rule = ruleOfHeaders(asked) ?? gate.encryption;
  if (rule === undefined) return undefined;
  if (rule.algorithm !== "KMS") return encryptionKeys.forNew(storeKeyId, rule.algorithm);
  // The keys of the store belong to its own account. Other accounts use the default key.
  const isOthers = rule.keyId !== undefined && record.owner !== encryptionKeys.accountId;
  if (rule.keyId === storeKeyId || isOthers) {
    throw new OssError("KeyNotFound", { KeyId: rule.keyId ?? "" });
  }
  return encryptionKeys.forNew(rule.keyId, rule.dataEncryption ?? "AES256");
}

/**
 * The rule that a request's headers make. A data encryption or a key without an algorithm says
 * nothing (integration test of oss2). Throws what {@link chooseEncryption} throws.
 */
export function ruleOfHeaders({
  serverSideEncryption: algorithm,
  serverSideDataEncryption: dataEncryption,
  serverSideEncryptionKeyId: keyId,
}: ServerSideEncryption): EncryptionRule | undefined {
  if (algorithm === undefined || algorithm === "") return undefined;
  if (keyId === "" && algorithm === "KMS") {
    throw invalid("x-oss-server-side-encryption-key-id", "", { ec: "0005-00000205" });
  }
  return ruleOf({ algorithm, keyId, dataEncryption });
}

/**
 * Checks a rule. The data encryption of an algorithm other than `KMS` is left out, as OSS does.
 * Throws InvalidEncryptionAlgorithmError, InvalidDataEncryptionAlgorithmError.
 */
function ruleOf({
  algorithm,
  keyId,
  dataEncryption,
}: {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly dataEncryption: string | undefined;
}): EncryptionRule {
  if (algorithm === "AES256" || algorithm === "SM4") return { algorithm };
  if (algorithm !== "KMS") throw new OssError("InvalidEncryptionAlgorithmError");
  if (dataEncryption !== undefined && dataEncryption !== "SM4" && dataEncryption !== "") {
    throw new OssError("InvalidDataEncryptionAlgorithmError");
  }
  return {
    algorithm,
    ...(keyId === undefined || keyId === "" ? {} : { keyId }),
    ...(dataEncryption === "SM4" ? { dataEncryption } : {}),
  };
}

/**
 * Reads the rule of a document. Throws MalformedXML, InvalidEncryptionAlgorithmError,
 * InvalidArgument.
 */
export function ruleOfDocument({
  sseAlgorithm: algorithm,
  kmsMasterKeyId: keyId,
  kmsDataEncryption: dataEncryption,
}: Partial<DefaultEncryption>): EncryptionRule {
  if (algorithm === undefined) {
    throw new OssError("MalformedXML", { ErrorDetail: "The element SSEAlgorithm is missing." });
  }
  const rule = ruleOf({ algorithm, keyId, dataEncryption });
  if (algorithm === "KMS" || keyId === undefined || keyId === "") return rule;
  throw invalid("KMSMasterKeyID", keyId, {
    message: "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS",
    ec: "0005-00000204",
  });
}

/** The document of a rule. */
export function documentOf({
  algorithm,
  keyId,
  dataEncryption,
}: EncryptionRule): DefaultEncryption {
  return {
    sseAlgorithm: algorithm,
    ...(keyId === undefined ? {} : { kmsMasterKeyId: keyId }),
    ...(dataEncryption === undefined ? {} : { kmsDataEncryption: dataEncryption }),
  };
}

/** How a version's bytes are encrypted; undefined for bytes that are stored as they are. */
export async function encryptionOf(
  { encryptionKeys }: Pick<ByteServices, "encryptionKeys">,
  { encryption }: { readonly encryption?: EncryptionRecord | undefined },
): Promise<Encryption | undefined> {
  return encryption === undefined ? undefined : encryptionKeys.of(encryption);
}

/** What answers say about an object's encryption. */
export function shownEncryption(record: EncryptionRecord | undefined): ServerSideEncryption {
  if (record === undefined) return {};
  const { key, cipher } = record;
  if (key === storeKeyId) return { serverSideEncryption: cipher };
  return {
    serverSideEncryption: "KMS",
    serverSideEncryptionKeyId: key,
    ...(cipher === "SM4" ? { serverSideDataEncryption: cipher } : {}),
  };
}

function invalid(
  name: string,
  value: string,
  options: { readonly message?: string; readonly ec: string },
): OssError<"InvalidArgument"> {
  const details = { ArgumentName: name, ArgumentValue: shownValue(value) };
  return new OssError("InvalidArgument", details, options);
}
