// The error for a configuration document that is well-formed XML, but has the wrong content.
import { OssError } from "@ossicle/protocol";

/** EC of a malformed configuration document (integration tests of the Go SDK v2). */
export const bucketDocumentEc = "0015-00000231";

/** Makes the error 400 MalformedXML with the EC of configuration documents. */
export function malformedDocument(detail: string): OssError<"MalformedXML"> {
  return new OssError("MalformedXML", { ErrorDetail: detail }, { ec: bucketDocumentEc });
}
