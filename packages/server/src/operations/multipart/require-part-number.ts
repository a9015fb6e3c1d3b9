// Requires a part number beside an upload id.
import { OssError } from "@ossicle/protocol";

/** Throws InvalidArgument when `partNumber` is missing beside `uploadId`. */
export function requirePartNumber({ partNumber }: { readonly partNumber?: number }): number {
  if (partNumber !== undefined) return partNumber;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "ResourceType", ArgumentValue: "partNumber" },
    { message: "Unexpected query string parameter", ec: "0017-00000219" },
  );
}
