// Methods on uploads in parts.
import type {
  AbortMultipartUploadInput,
  InitiateMultipartUploadInput,
  InitiateMultipartUploadOutput,
  ListMultipartUploadsInput,
  ListMultipartUploadsOutput,
  ListPartsInput,
  ListPartsOutput,
  UploadPartCopyInput,
  UploadPartCopyOutput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on uploads in parts. */
export interface MultipartMethods {
  /**
   * Aborts an upload and removes its parts.
   * @example
   * await client.abortMultipartUpload({ bucket, key, uploadId });
   */
  readonly abortMultipartUpload: Method<AbortMultipartUploadInput, object>;
  /**
   * Begins an upload in parts.
   * @example
   * const { uploadId } = await client.initiateMultipartUpload({ bucket, key });
   */
  readonly initiateMultipartUpload: Method<
    InitiateMultipartUploadInput,
    InitiateMultipartUploadOutput
  >;
  /**
   * Lists uploads that are under way, page by page. `allUploads` reads all pages.
   * @example
   * const { uploads } = await client.listMultipartUploads({ bucket });
   */
  readonly listMultipartUploads: Method<ListMultipartUploadsInput, ListMultipartUploadsOutput>;
  /**
   * Lists an upload's parts, page by page. `allParts` reads all pages.
   * @example
   * const { parts } = await client.listParts({ bucket, key, uploadId });
   */
  readonly listParts: Method<ListPartsInput, ListPartsOutput>;
  /**
   * Makes a part from the bytes of an existing object. The client transfers no bytes.
   * @example
   * const copySource = "/examplebucket/b.txt";
   * await client.uploadPartCopy({ bucket, key, uploadId, partNumber: 1, copySource });
   */
  readonly uploadPartCopy: Method<UploadPartCopyInput, UploadPartCopyOutput>;
}
