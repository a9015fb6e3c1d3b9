// ali-oss, the JavaScript SDK, unmodified.
import { conformance } from "../harness.ts";

await conformance({
  sdk: "ali-oss",
  command: process.execPath,
  args: ["tests/conformance/ali-oss/program.mjs"],
  signatures: ["v1", "v4"],
  lacks: [
    "policy-status",
    "style",
    "select",
    "object-worm",
    "meta-query",
    "overwrite-rules",
    "account-block",
    "bucket-settings",
    "preflight",
    "resource-group",
    "archive-direct-read",
    "callback-policy",
    "clean-restored",
    "acceleration-removed",
    "regions",
    "seal",
    "callback-triggered",
  ],
});
