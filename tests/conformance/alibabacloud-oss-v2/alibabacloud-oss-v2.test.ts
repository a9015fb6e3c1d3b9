// alibabacloud-oss-v2, the Python SDK v2, unmodified.
import { conformance } from "../harness.ts";
import { programs } from "../prepare.ts";

await conformance({
  sdk: "alibabacloud-oss-v2",
  command: programs.python,
  args: ["tests/conformance/alibabacloud-oss-v2/program.py"],
  signatures: ["v1", "v4"],
  // Under V1 it signs no `x-oss-process`, so only V4 could pass callback-triggered.
  lacks: ["callback-policy", "acceleration-removed", "live-channels", "callback-triggered"],
});
