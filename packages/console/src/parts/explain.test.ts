// The words for an error.
import { catalogue } from "@ossicle/protocol";
import { expect, test } from "vitest";
import { AskError } from "../ask-error.ts";
import { en } from "../words/en.ts";
import { zh } from "../words/zh.ts";
import { explain } from "./explain.ts";

test("an error of OSS is named with its message and with what to do, in each language", () => {
  const missing = new AskError(404, "The specified bucket does not exist.", "NoSuchBucket");
  expect(explain(en, missing)).toBe(
    "NoSuchBucket: The specified bucket does not exist. Create the bucket, or check its name and " +
      "whether the client addresses it by path or by host.",
  );
  expect(explain(zh, missing)).toBe(
    "NoSuchBucket: The specified bucket does not exist. 请创建存储空间，或检查其名称，" +
      "以及客户端是用路径还是用域名访问它。",
  );
});

test("OSS's texts end as sentences, and do not repeat the code", () => {
  const denied = new AskError(403, "AccessDenied", "AccessDenied");
  expect(explain(en, denied)).toMatch(/^AccessDenied: Sign with a key/);
  const range = new AskError(416, "The requested range cannot be satisfied", "InvalidRange");
  expect(explain(en, range)).toContain("cannot be satisfied. Ask for a range");
});

test("a code that Ossicle does not have is shown as it came", () => {
  expect(explain(en, new AskError(400, "no.", "toString"))).toBe("toString: no.");
});

test("a refusal of the admin listener begins with Chinese words in Chinese", () => {
  const gone = new AskError(404, "there is no delivery 0A");
  expect(explain(en, gone)).toBe("there is no delivery 0A");
  expect(explain(zh, gone)).toBe("不存在，或已被清理：there is no delivery 0A");
  expect(explain(zh, new AskError(409, "no"))).toBe("请求被拒绝（409）：no");
});

test("every text about an error is one line without a code fence, and ends as a sentence", () => {
  for (const code of Object.keys(catalogue) as (keyof typeof catalogue)[]) {
    expect(en.remedies[code]).toMatch(/^[A-Z`][^\n|]+[.]$/);
    expect(zh.remedies[code]).toMatch(/^[^\n|]+。$/);
  }
});
