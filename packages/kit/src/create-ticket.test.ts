// Invalid tickets are refused when they are made, not when they are used.
import { expect, test } from "vitest";
import { createUploadTicket, type TicketRequest } from "./create-ticket.ts";
import { explainRefusal } from "./explain-refusal.ts";

const good: TicketRequest = {
  endpoint: "http://127.0.0.1:9650",
  region: "cn-hangzhou",
  credentials: { accessKeyId: "ak", accessKeySecret: "sk" },
  bucket: "bucket",
  key: "k",
  expiresSeconds: 60,
};

test.each<[Partial<TicketRequest>, string]>([
  [{ expiresSeconds: 0 }, "expiresSeconds is 0"],
  [{ expiresSeconds: -1 }, "expiresSeconds is -1"],
  [{ expiresSeconds: 604_801 }, "expiresSeconds is 604801"],
  [{ expiresSeconds: 1.5 }, "expiresSeconds is 1.5"],
  [{ expiresSeconds: Number.NaN }, "expiresSeconds is NaN"],
  [{ bucket: "a/b" }, '"a/b" is not a valid bucket name'],
  [{ bucket: "" }, '"" is not a valid bucket name'],
  [{ key: "" }, "the key has 0 bytes"],
  [{ key: "k".repeat(1_024) }, "the key has 1024 bytes"],
])("a ticket with %o is refused", async (change, message) => {
  const made = createUploadTicket({ ...good, ...change });
  await expect(made).rejects.toThrow(RangeError);
  await expect(made).rejects.toThrow(message);
});

test("a ticket with a misspelt member is refused: its upload would have no callback", async () => {
  const misspelt: object = { calback: { url: "http://a.com/", body: "b" } };
  const made = createUploadTicket({ ...good, ...misspelt });
  await expect(made).rejects.toThrow("a ticket has no calback");
});

test("a ticket at the bounds is made", async () => {
  const ticket = await createUploadTicket({
    ...good,
    key: "k".repeat(1_023),
    expiresSeconds: 604_800,
  });
  expect(ticket.url).toContain("x-oss-expires=604800");
});

test("a reason to refuse a callback is explained with cause and remedy", () => {
  const { summary, cause, remedy } = explainRefusal("untrusted-key-url");
  expect(summary).toContain("trustedKeyUrls");
  expect(cause).toContain("Alibaba");
  expect(remedy).toContain("/_ossicle/callback-keys/");
});
