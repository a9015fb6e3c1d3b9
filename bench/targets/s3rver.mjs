// The peer: s3rver, told to take any signature and to keep quiet.
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
