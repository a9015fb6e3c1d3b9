// aliyun-sdk-oss, the Java SDK, unmodified.
import { readFile } from "node:fs/promises";
import { conformance } from "../harness.ts";
import { programs } from "../prepare.ts";

const libraries = (await readFile(programs.javaClasspath, "utf8")).trim();

await conformance({
  sdk: "aliyun-sdk-oss",
  command: "java",
  args: ["-cp", `${programs.javaClasses}:${libraries}`, "Conformance"],
  signatures: ["v1", "v4"],
  lacks: ["object-worm", "overwrite-rules", "clean-restored", "assume-role"],
});
