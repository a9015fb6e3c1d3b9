// The pages of docs that are made from the program's tables: settings, commands, operations and
// errors, and the code for each SDK that the console's callback lab writes.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Binding, catalogue, entries, type ErrorCode, operations } from "@ossicle/protocol";
import { flagOf, settings } from "@ossicle/server";
import {
  type Composition,
  firstComposition,
  parametersOf,
} from "../packages/console/src/lab/composition.ts";
import { snippetFacts, snippets } from "../packages/console/src/lab/snippets.ts";
import {
  chineseErrors,
  chineseSdks,
  englishErrors,
  englishSdks,
  type ErrorTexts,
  paragraph,
  type SdkTexts,
} from "./reference-texts.ts";
import { root } from "./steps.ts";

/** Pages by their paths below docs. The program must be built. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ["reference/settings.md", settingsPage()],
    ["reference/commands.md", commandsPage()],
    ["reference/operations.md", operationsPage()],
    ["reference/errors.md", errorsPage(englishErrors)],
    ["zh-CN/errors.md", errorsPage(chineseErrors)],
    ["how-to/use-an-sdk.md", sdksPage(englishSdks)],
    ["zh-CN/use-an-sdk.md", sdksPage(chineseSdks)],
  ]);
}

const made = (source: string): string =>
  `<!-- Made by \`npm run reference\` from ${source}. Change that. -->\n`;

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const code = (text: string): string => `\`${text}\``;

function settingsPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const { env, description, fallback, placeholder = "value", secret } = setting;
    const flag = secret === true ? "" : code(`${flagOf(name)} <${placeholder}>`);
    const inFile = secret === true ? "" : code(name);
    return [flag, code(env), inFile, fallback ? code(fallback) : "", description];
  });
  return `# Settings

${made("packages/server/src/configuration/settings.ts")}
${paragraph(
  "A setting is a flag, an environment variable, or a member of the JSON file that `--config`",
  "names. The first of these that is set wins. Secrets have no flag, because other users of the",
  "machine can read a process's arguments; so put URLs that contain a password or a key into the",
  "variable.",
)}

${table(["flag", "variable", "in the file", "default", "meaning"], rows)}
`;
}

function helpOf(command: readonly string[]): string {
  const program = join(root, "packages/cli/dist/bundle/ossicle.js");
  const { stdout } = spawnSync(process.execPath, [program, ...command, "--help"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] }, // defaults come from the environment
  });
  return stdout.trim();
}

/** Commands of a help text, without those about the command line itself. */
function commandsIn(help: string): readonly string[] {
  const [, list = ""] = /^Commands:\n([^]*)/m.exec(help) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = ""]) => name);
  return names.filter((name) => name !== "help" && name !== "complete");
}

function commandsPage(): string {
  const sections: string[] = [`\`\`\`text\n${helpOf([])}\n\`\`\`\n`];
  const visit = (command: readonly string[]): void => {
    const help = helpOf(command);
    const words = ["ossicle", ...command].join(" ");
    if (command.length > 0) sections.push(`## ${words}\n\n\`\`\`text\n${help}\n\`\`\`\n`);
    for (const name of commandsIn(help)) visit([...command, name]);
  };
  visit([]);
  return `# Commands

${made("the texts of `--help`")}
${sections.join("\n")}`;
}

interface Place {
  readonly place: string;
  readonly name?: string;
  readonly required?: true;
  readonly codecs?: Readonly<Record<string, unknown>>;
}

function placeOf(binding: Place, isForm: boolean): string {
  const { place, name = "" } = binding;
  const required = binding.required === true ? ", required" : "";
  if (isForm && place === "header") return `form field ${code(name)}`;
  if (isForm && place === "metadata") return "form fields `x-oss-meta-*`";
  if (place === "header" || place === "query") return `${place} ${code(name)}`;
  if (place === "element") return `element ${code(name)}${required}`;
  if (place === "elements") return `elements ${code(name)}`;
  if (place === "mixed") {
    return `elements ${Object.keys(binding.codecs ?? {})
      .map(code)
      .join(", ")}`;
  }
  if (place === "metadata") return "headers `x-oss-meta-*`";
  if (place === "json") return "the whole body, JSON";
  if (place === "body") return `body ${code(`${name}=…`)}`;
  return place === "root" ? "the document's text" : place;
}

function fieldsOf(
  bindings: Readonly<Record<string, Binding<never>>>,
  isForm = false,
): readonly Row[] {
  return Object.entries(bindings)
    .filter(([, { place }]) => place !== "bucket" && place !== "key")
    .map(([name, binding]) => [code(name), placeOf(binding, isForm)]);
}

/** The first sentence of each declaration's documentation, by the declaration's name. */
function summaries(): ReadonlyMap<string, string> {
  const folder = join(root, "packages/protocol/src/operations");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = files
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), "utf8").matchAll(
        /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const (\w+): /g,
      ),
    ]);
  return new Map(
    found.map(([, text = "", name = ""]) => {
      const words = text.replaceAll(/\n \* ?/g, " ").trim();
      return [name, (/^.*?[.:](?= |$)/.exec(words)?.[0] ?? words).replace(/:$/, ".")];
    }),
  );
}

function operationsPage(): string {
  const summaryOf = summaries();
  const targets = { service: "/", bucket: "/BUCKET", object: "/BUCKET/KEY" } as const;
  const sections = Object.entries(operations).map(([id, operation]) => {
    const { name, method, level, selectors = [], access, callback, status = 200 } = operation;
    const query = selectors.length === 0 ? "" : `?${selectors.join("&")}`;
    const target = `${method} ${targets[level]}${query}`;
    const header = operation.selectingHeader;
    const selected = header === undefined ? "" : ` with the header ${code(header)}`;
    const calls =
      callback === undefined
        ? ""
        : callback.honoured === "always"
          ? " It calls the application back where the request asks for it."
          : " It calls the application back where the bucket's delivery policy names it.";
    const who = { owner: "the owner", anyone: "anyone", read: "readers", write: "writers" }[access];
    const input = fieldsOf(operation.input as never, operation.stream === "form");
    const output = fieldsOf(operation.output as never);
    return [
      `## ${name}`,
      `${summaryOf.get(id) ?? ""}${calls}`,
      [
        `${code(target)}${selected}, for ${who}; answers ${status}.`,
        `RAM action ${code(`oss:${operation.action}`)}; client method ${code(id)}.`,
      ].join(" "),
      ...(input.length > 0 ? [table(["takes", "from"], input)] : []),
      ...(output.length > 0 ? [table(["answers", "in"], output)] : []),
    ].join("\n\n");
  });
  return `# Operations

${made("the declarations in packages/protocol/src/operations")}
${paragraph(
  "Every operation that Ossicle has. Others answer 501 NotImplemented;",
  "[Compatibility](compatibility.md) names them, and the differences from OSS. Each entry says who",
  "may send the request besides the owner, the status of success (206 for a range), and the action",
  "that a policy must allow. A request for a version needs the action that ends in `Version`; one",
  "that also sets an ACL or tags needs the action for those.",
)}

${sections.join("\n\n")}
`;
}

function errorsPage({ title, about, head, remedies }: ErrorTexts): string {
  const codes = Object.keys(catalogue) as ErrorCode[];
  const rows = codes.toSorted().map((name) => {
    const { status, message, ec = "" } = entries[name] ?? {};
    return [code(name), String(status), ec, message ?? "", remedies[name]];
  });
  return `# ${title}

${made("packages/protocol/src/errors.ts and packages/console/src/words")}
${about}

${table(head, rows)}
`;
}

/** How each SDK is installed, and the language of its code. */
const sdks: Readonly<Record<string, readonly [language: string, install: string]>> = {
  client: ["ts", "npm install @ossicle/client"],
  "ali-oss": ["js", "npm install ali-oss"],
  "python-v2": ["python", "pip install alibabacloud-oss-v2"],
  oss2: ["python", "pip install oss2"],
  go: ["go", "go get github.com/aliyun/alibabacloud-oss-go-sdk-v2"],
  java: ["java", "Maven: com.aliyun.oss:aliyun-sdk-oss"],
  dotnet: ["csharp", "dotnet add package Aliyun.OSS.SDK.NetCore"],
  php: ["php", "composer require aliyuncs/oss-sdk-php"],
  cpp: ["cpp", "vcpkg or CMake, from its source"],
};

function sdksPage({ title, about, answers, untried }: SdkTexts): string {
  const composition: Composition = {
    ...firstComposition,
    url: "http://127.0.0.1:8080/callback",
    variables: [],
    body: "object=${object}&size=${size}",
  };
  const facts = snippetFacts({
    endpoint: "http://127.0.0.1:9650",
    region: "cn-hangzhou",
    bucket: "examplebucket",
    key: "a.txt",
    raw: parametersOf(composition),
    composition,
    signed: undefined,
  });
  const sections = snippets.flatMap(({ id, name, write }) => {
    const [language, install] = sdks[id] ?? [];
    if (language === undefined || install === undefined) return [];
    const note = ["dotnet", "cpp"].includes(id) ? `\n\n${untried}` : "";
    const written = `\`\`\`${language}\n${write(facts).trimEnd()}\n\`\`\``;
    return [`## ${name}\n\n${code(install)}${note}\n\n${written}`];
  });
  return `# ${title}

${made("the code that the console's callback lab writes")}
${about}

${answers}

${sections.join("\n\n")}
`;
}
