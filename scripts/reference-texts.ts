// The texts of the reference pages that exist in English and in Chinese.
import type { ErrorCode } from "@ossicle/protocol";
import { enRemedies } from "../packages/console/src/words/remedies-en.ts";
import { zhRemedies } from "../packages/console/src/words/remedies-zh.ts";

/** Joins a paragraph's lines. */
export const paragraph = (...lines: readonly string[]): string => lines.join("\n");

// A line break between Chinese characters would be shown as a space.
const chinese = (...parts: readonly string[]): string => parts.join("");

/** The words around the table of errors. */
export interface ErrorTexts {
  readonly title: string;
  readonly about: string;
  readonly head: readonly string[];
  readonly remedies: Readonly<Record<ErrorCode, string>>;
}

export const englishErrors: ErrorTexts = {
  title: "Errors",
  about: paragraph(
    "Every code that Ossicle answers in the OSS protocol, in OSS's own words, mistakes included.",
    "EC is OSS's error-cause code, which is more precise than the code. The message is the usual",
    "one; many places give another one, and an EC of their own. Our client throws `OssError` with",
    "`code`, `status`, `ec`, `requestId` and the further elements of the error document.",
  ),
  head: ["code", "status", "EC", "message", "what to do"],
  remedies: enRemedies,
};

export const chineseErrors: ErrorTexts = {
  title: "错误码",
  about: chinese(
    "Ossicle 在 OSS 协议中返回的全部错误码，消息沿用 OSS 的原文（包括其中的笔误）。",
    "EC 是 OSS 对原因的细分编号。这里是通常的消息，许多地方会给出更具体的消息和 EC。",
    "我们的客户端抛出 `OssError`，其中有 `code`、`status`、`ec`、`requestId`，",
    "以及错误文档中的其他元素。",
  ),
  head: ["错误码", "状态码", "EC", "消息", "处理方法"],
  remedies: zhRemedies,
};

/** The words around the programs for SDKs. */
export interface SdkTexts {
  readonly title: string;
  readonly about: string;
  readonly answers: string;
  readonly untried: string;
}

export const englishSdks: SdkTexts = {
  title: "Use an official SDK",
  about: paragraph(
    "Official SDKs work unmodified. Each program below uploads an object with a callback to a",
    "store on this machine, and prints the application's answer. The bucket must exist. The key is",
    "in `OSS_ACCESS_KEY_ID` and `OSS_ACCESS_KEY_SECRET`. The console's",
    "[callback lab](look-at-callbacks.md#in-a-browser) writes the same for your bucket and",
    "callback.",
  ),
  answers:
    "[Callback answers](../reference/callback-answers.md) says how each SDK returns the answer.",
  untried: "We have not run this code.",
};

export const chineseSdks: SdkTexts = {
  title: "使用官方 SDK",
  about: chinese(
    "官方 SDK 无需修改即可使用。下面每个程序都向本机的存储上传一个带回调的对象，并打印应用的响应。",
    "存储空间须事先创建。密钥取自环境变量 `OSS_ACCESS_KEY_ID` 和 `OSS_ACCESS_KEY_SECRET`。",
    "控制台的[回调实验室](../how-to/look-at-callbacks.md#in-a-browser)",
    "会按您的存储空间和回调生成同样的代码。",
  ),
  answers: "各 SDK 如何返回响应，见[回调的响应](../reference/callback-answers.md)（英文）。",
  untried: "这段代码我们没有运行过。",
};
