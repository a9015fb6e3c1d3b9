// The refusals of authentication, with OSS's codes, ECs and messages
// (docs/reference/protocol/requests.md, signatures).
import { OssError } from "@ossicle/protocol";

/** Largest difference between a request's time and ours, in milliseconds (EC 0002-00000504). */
export const maxSkewMs = 900_000;

/** 403 AccessDenied. */
export function denied(message: string, ec: string): OssError<"AccessDenied"> {
  return new OssError("AccessDenied", {}, { message, ec });
}

/** 400 InvalidArgument about authentication. */
export function invalid(
  message: string,
  argument: { readonly name: string; readonly value: string },
  ec?: string,
): OssError<"InvalidArgument"> {
  return new OssError(
    "InvalidArgument",
    { ArgumentName: argument.name, ArgumentValue: argument.value },
    ec === undefined ? { message } : { message, ec },
  );
}

/** 403 InvalidAccessKeyId. */
export function unknownKey(accessKeyId: string): OssError<"InvalidAccessKeyId"> {
  return new OssError("InvalidAccessKeyId", { OSSAccessKeyId: accessKeyId });
}

/** 403 RequestTimeTooSkewed. */
export function tooSkewed(requestMs: number, nowMs: number): OssError<"RequestTimeTooSkewed"> {
  return new OssError("RequestTimeTooSkewed", {
    MaxAllowedSkewMilliseconds: String(maxSkewMs),
    RequestTime: isoSeconds(requestMs),
    ServerTime: isoSeconds(nowMs),
  });
}

/** A time as OSS writes it in errors. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}.000Z`;
}

/** 403 SignatureDoesNotMatch. */
export function mismatch(
  facts: { accessKeyId: string; provided: string; stringToSign: string },
  ec: string,
): OssError<"SignatureDoesNotMatch"> {
  const bytes = Buffer.from(facts.stringToSign, "latin1");
  return new OssError(
    "SignatureDoesNotMatch",
    {
      OSSAccessKeyId: facts.accessKeyId,
      SignatureProvided: facts.provided,
      StringToSign: bytes.toString(),
      StringToSignBytes: [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
    },
    { ec },
  );
}
