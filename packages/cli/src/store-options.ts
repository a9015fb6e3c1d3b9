// The options that name a store to send requests to.
import type { Command } from "commander";
import type { Environment } from "./data-option.ts";

/** Adds the options. */
export function withStoreOptions(command: Command, env: Environment): Command {
  return command
    .option(
      "--endpoint <url>",
      "address of the store [OSS_ENDPOINT]",
      env["OSS_ENDPOINT"] ?? "http://127.0.0.1:9650",
    )
    .option(
      "--region <id>",
      "region that requests are signed for [OSS_REGION]",
      env["OSS_REGION"] ?? "cn-hangzhou",
    );
}
