// `ossicle admin`: asks the admin listener of a store that runs, with a signature.
import { ConfigurationError, signAdminRequest } from "@ossicle/server";
import { environmentCredentials } from "@ossicle/client";
import type { Command } from "commander";
import type { Environment } from "./data-option.ts";
import { fail, print } from "./output.ts";

interface AdminOptions {
  readonly url: string;
  readonly region: string;
  readonly post?: boolean;
}

/** Adds the command. */
export function addAdminCommand(
  program: Command,
  { env, clock }: { readonly env: Environment; readonly clock: () => number },
): void {
  program
    .command("admin <path>")
    .description("send a signed request to the admin listener, and print its answer")
    .option(
      "--url <url>",
      "address of the admin listener [OSSICLE_ADMIN_URL]",
      env["OSSICLE_ADMIN_URL"] ?? defaultUrl,
    )
    .option(
      "--region <id>",
      "region that requests are signed for [OSS_REGION]",
      env["OSS_REGION"] ?? "cn-hangzhou",
    )
    .option("--post", "send POST instead of GET")
    .addHelpText(
      "after",
      "\nFor example: ossicle admin '/deliveries?state=failed&since=1h'" +
        "\nThe access key comes from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET.",
    )
    .action(async (path: string, options: AdminOptions) => {
      if (!URL.canParse(options.url)) {
        throw new ConfigurationError([`--url ${options.url}: expected a URL`]);
      }
      if (!isPath(path)) {
        throw new ConfigurationError([`${path}: expected a path such as /deliveries?state=failed`]);
      }
      const url = new URL(path, options.url);
      const method = options.post === true ? "POST" : "GET";
      const credentials = await environmentCredentials()();
      const { region } = options;
      const now = new Date(clock());
      const headers = await signAdminRequest({ method, url, credentials, region, now });
      const answer = await fetch(url, { method, headers }).catch((cause: unknown) => {
        throw new ConfigurationError([`--url ${url.origin} cannot be reached`], { cause });
      });
      const text = (await answer.text()).trimEnd();
      if (answer.ok) print(text);
      else fail(`${answer.status}: ${text}`);
    });
}

const defaultUrl = "http://127.0.0.1:9651";

function isPath(path: string): boolean {
  try {
    decodeURIComponent(path);
    return /^\/(?!\/)/.test(path);
  } catch {
    return false; // a `%` that begins no escape
  }
}
