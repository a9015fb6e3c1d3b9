// A configuration document that is well-formed, but not what it has to be.
import { OssError } from "@ossicle/protocol";
import { bucketDocumentEc } from "../../request/decode.ts";

/** 400 MalformedXML with the EC of configuration documents. */
export function malformedDocument(detail: string): OssError<"MalformedXML"> {
  return new OssError("MalformedXML", { ErrorDetail: detail }, { ec: bucketDocumentEc });
}
