#!/usr/bin/env node
// The command line: `ossicle serve` and `ossicle demo`.
import { readFile } from "node:fs/promises";
import { ConfigurationError, flagOf, readConfiguration, settings } from "@ossicle/server";
import { Command } from "commander";
import { serve } from "./serve.ts";

const program = new Command("ossicle").description(
  "An object store that speaks the Alibaba Cloud OSS protocol and calls you back.",
);

const serveCommand = program
  .command("serve")
  .description("start a store")
  .option("--config <file>", "JSON file of settings; flags and environment win over it");
for (const [name, setting] of Object.entries(settings)) {
  if (setting.secret === true) continue;
  const fallback = setting.fallback === undefined ? "" : `, default ${setting.fallback || "none"}`;
  serveCommand.option(
    `${flagOf(name)} <${setting.placeholder ?? "value"}>`,
    `${setting.description} [${setting.env}${fallback}]`,
  );
}
serveCommand.addHelpText(
  "after",
  "\nThe access key comes from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET; without them a pair is made once,\nkept in the data folder with mode 0600, and printed.",
);
serveCommand.action(async (options: Readonly<Record<string, string>>) => {
  const { config, ...flags } = options;
  const file: unknown = config === undefined ? {} : JSON.parse(await readFile(config, "utf8"));
  await serve(
    readConfiguration({ flags, env: process.env, file: file as Readonly<Record<string, unknown>> }),
  );
});

program
  .command("demo")
  .description("start a store and an application server, upload a file, show the callback")
  .option("--keep", "leave both running and print their addresses")
  .action(async (options: { keep?: boolean }) => {
    const { demo } = await import("./demo.ts"); // spares `serve` the client and the kit
    await demo({ keep: options.keep === true });
  });

try {
  await program.parseAsync();
} catch (cause) {
  const known = cause instanceof ConfigurationError || cause instanceof SyntaxError;
  process.stderr.write(
    `${known ? cause.message : String(cause instanceof Error ? cause.stack : cause)}\n`,
  );
  process.exitCode = 1;
}
