// oss2, the Python SDK v1, unmodified.
import { conformance } from "../harness.ts";
import { programs } from "../prepare.ts";

await conformance({
  sdk: "oss2",
  command: programs.python,
  args: ["tests/conformance/oss2/program.py"],
  signatures: ["v1", "v4"],
  lacks: [
    "object-worm",
    "overwrite-rules",
    "policy-status",
    "preflight",
    "clean-restored",
    "acceleration-removed",
    "seal",
  ],
});
