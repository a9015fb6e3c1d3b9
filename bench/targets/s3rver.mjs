// The server to compare with: s3rver, configured to accept any signature and to log nothing.
import S3rver from "s3rver";

const server = new S3rver({
  port: 0,
  address: "127.0.0.1",
  silent: true,
  directory: process.env.S3RVER_DIRECTORY,
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: "bench" }],
});
const address = await server.run();
process.stdout.write(`http://127.0.0.1:${address.port}\n`);
