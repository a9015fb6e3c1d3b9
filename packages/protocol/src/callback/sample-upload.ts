// The upload that examples of callbacks are about, and callbacks that are tried out.
import type { TemplateValue } from "./template.ts";

/** Facts of the upload, as a callback's variables show them. */
export const sampleUpload = {
  bucket: "examplebucket",
  key: "exampledir/example object.jpg",
  etag: "5D41402ABC4B2A76B9719D911017C592",
  size: 5,
  contentType: "image/jpeg",
  image: { height: 480, width: 640, format: "jpg" },
  crc64: "7220231530190105",
  contentMd5: "XUFAKrxLKna5cZ2REBfFkg==",
  /** An address for documentation (RFC 5737). */
  clientIp: "192.0.2.1",
  requestId: "01A2056836E8EDF4D3599EE3",
  operation: "PutObject",
} as const;

/** Values of the variables that a callback of the sample upload has, by their names. */
export const sampleVariables: Readonly<Record<string, TemplateValue>> = {
  bucket: sampleUpload.bucket,
  object: sampleUpload.key,
  etag: sampleUpload.etag,
  size: sampleUpload.size,
  mimeType: sampleUpload.contentType,
  "imageInfo.height": sampleUpload.image.height,
  "imageInfo.width": sampleUpload.image.width,
  "imageInfo.format": sampleUpload.image.format,
  crc64: sampleUpload.crc64,
  contentMd5: sampleUpload.contentMd5,
  vpcId: "",
  clientIp: sampleUpload.clientIp,
  reqId: sampleUpload.requestId,
  operation: sampleUpload.operation,
};
