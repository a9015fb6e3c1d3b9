// Signs requests to a server that speaks S3, by AWS Signature Version 4. The access key is that of
// the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
import { createHash, createHmac } from "node:crypto";

const region = "us-east-1";
const payload = "UNSIGNED-PAYLOAD";

/** The headers that sign a request. */
export function signS3(
  method: string,
  path: string,
  host: string,
  query: Readonly<Record<string, string>> = {},
): readonly (readonly [string, string])[] {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const date = timestamp.slice(0, 8);
  const signed = "host;x-amz-content-sha256;x-amz-date";
  const canonical = [
    method,
    path,
    Object.entries(query)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&"),
    `host:${host}`,
    `x-amz-content-sha256:${payload}`,
    `x-amz-date:${timestamp}`,
    "",
    signed,
    payload,
  ].join("\n");
  const scope = `${date}/${region}/s3/aws4_request`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", timestamp, scope, digest].join("\n");
  let key: string | Buffer = `AWS4${process.env["AWS_SECRET_ACCESS_KEY"] ?? ""}`;
  for (const part of [date, region, "s3", "aws4_request", text]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  const credential = `${process.env["AWS_ACCESS_KEY_ID"] ?? ""}/${scope}`;
  const signature = Buffer.from(key).toString("hex");
  return [
    ["x-amz-date", timestamp],
    ["x-amz-content-sha256", payload],
    [
      "authorization",
      `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signed},Signature=${signature}`,
    ],
  ];
}

/** Makes a bucket, unless it exists. Throws when the server refuses. */
export async function makeS3Bucket(url: string, bucket: string): Promise<void> {
  const { host } = new URL(url);
  const headers = Object.fromEntries(signS3("PUT", `/${bucket}`, host));
  const { status } = await fetch(`${url}/${bucket}`, { method: "PUT", headers });
  if (status !== 200 && status !== 409) throw new Error(`${url} refuses a bucket: ${status}`);
}
