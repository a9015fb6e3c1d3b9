// alibabacloud-oss-go-sdk-v2, the Go SDK v2, unmodified.
import { conformance } from "../harness.ts";
import { programs } from "../prepare.ts";

await conformance({
  sdk: "alibabacloud-oss-go-sdk-v2",
  command: programs.go,
  args: [],
  signatures: ["v1", "v4"],
  lacks: ["callback-policy", "acceleration-removed", "live-channels", "assume-role"],
});
