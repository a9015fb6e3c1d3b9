// Makes buckets in S3 stores for tests.
import { S3Client } from "../s3/s3-client.ts";
import { readS3Url } from "../s3/s3-url.ts";

/** Makes the bucket of an address. */
export async function makeBucket(address: string): Promise<void> {
  const client = new S3Client(readS3Url(address));
  await client.call({ method: "PUT" });
  await client.close();
}
