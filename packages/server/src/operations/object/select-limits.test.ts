// SelectObject beside hostile statements, objects and clients: a query costs no other query its
// turn, every refusal has a code of OSS, and no place stays taken.
import { OssError } from "@ossicle/protocol";
import { expect, test, vi } from "vitest";
import { encodedElement, select, selected, type SelectParts } from "../../testing/model-select.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const bucket = modelBucket();
const { put, post, pipeline } = bucket;

const rowsOf = async (statement: string, parts: SelectParts = {}): Promise<string> =>
  selected(await select(bucket, statement, parts)).rows;
const asDocument = { process: "json/select", input: "<Type>DOCUMENT</Type>" };
const asLines = { process: "json/select", input: "<Type>LINES</Type>" };

/** The code of a refusal, also where it comes in the last frame. */
async function refusal(statement: string, parts: SelectParts = {}): Promise<string | undefined> {
  const answer = await select(bucket, statement, parts);
  return answer.status === 206 ? selected(answer).error.split(".", 1)[0] : answer.code;
}

function nested(depth: number, wrap: (inner: string) => string): string {
  let condition = "(_1 = 9)";
  for (let at = 0; at < depth; at += 1) condition = wrap(condition);
  return `select * from ossobject where ${condition}`;
}

test.each([
  ["IN", (inner: string) => `(${inner} in (${Array.from({ length: 30 }, () => "true").join()}))`],
  ["BETWEEN", (inner: string) => `(${inner} between false and false)`],
])("nested %s conditions beyond the limit are refused", async (_what, wrap) => {
  await put("/k", "1,2,3\n");
  expect(await rowsOf(nested(6, wrap))).toBe("");
  expect(await refusal(nested(12, wrap))).toBe("SqlUnsupportedSql");
});

test.each([
  ["_1 like '%a%b%c%d%e%f'"],
  [`_1 like '%${"a".repeat(1_100)}'`],
  [Array.from({ length: 21 }, () => "_1 = 1").join(" or ")],
  [`_1 in (${"1,".repeat(1_100)}1)`],
])("the limits of OSS hold for %.30s", async (condition) => {
  await put("/k", "1\n");
  expect(await refusal(`select * from ossobject where ${condition}`)).toBe("SqlUnsupportedSql");
});

test.each(["constructor", "__proto__", "toString"])("%s is no type", async (name) => {
  await put("/k", "1\n");
  expect(await refusal(`select cast(_1 as ${name}) from ossobject`)).toBe("SqlSyntaxError");
});

test("numbers that are too large are refused, or do not fit", async () => {
  await put("/k", "1e400\n1\n");
  expect(await refusal("select * from ossobject where 1e99999 > 1")).toBe("SqlSyntaxError");
  const options = "<MaxSkippedRecordsAllowed>1</MaxSkippedRecordsAllowed>";
  for (const value of ["cast(_1 as decimal)", "_1 + 9007199254740993", "cast(_1 as double)"]) {
    const statement = `select _1 from ossobject where ${value} > 0`;
    expect(await rowsOf(statement, { options }), value).toBe("1\n");
    expect(await refusal(statement), value).toBe("InvalidCsvLine");
  }
  await put("/k", `${"9".repeat(40)}\n`);
  const long = "select sum(cast(_1 as decimal)) from ossobject where _1 * _1 > 0";
  expect((await rowsOf(long)).length).toBeLessThan(50);
});

test("texts are compared byte by byte", async () => {
  await put("/k", "😀\n");
  expect(await rowsOf("select * from ossobject where _1 > '\uffee'")).toBe("😀\n");
});

test("a large member that is no row is skipped", async () => {
  const big = Array.from({ length: 200_000 }, (_, at) => at);
  const document = { big, "other.big": { deep: [big] }, meta: [{ n: 1 }, { n: 2 }] };
  await put("/k", JSON.stringify(document));
  expect(await rowsOf("select n from ossobject.meta[*]", asDocument)).toBe('{"n":1}\n{"n":2}\n');
  expect(await rowsOf("select n from ossobject.meta[1]", asDocument)).toBe('{"n":2}\n');
  await put("/k", `{"n":1}${" ".repeat(2_000_000)}{"n":2}`);
  expect(await rowsOf("select n from ossobject", asLines)).toBe('{"n":1}\n{"n":2}\n');
});

test("deep nesting is refused", async () => {
  await put("/k", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`);
  expect(await refusal("select * from ossobject", asLines)).toBe("InvalidJsonData");
});

test("a result that grows without bound is refused", async () => {
  await put("/k", "x\n".repeat(30_000));
  const columns = Array.from({ length: 900 }, () => "_1").join();
  expect(await refusal(`select ${columns} from ossobject`)).toBe("OutputExceedsMaxSize");
});

test("a row whose result is too long is refused before it is written", async () => {
  await put("/k", `${"x".repeat(200_000)}\n`);
  const columns = Array.from({ length: 1_000 }, () => "_1");
  expect(await refusal(`select ${columns.join()} from ossobject`)).toBe("OutputExceedsMaxSize");
  const joined = columns.slice(0, 100).join("||");
  const condition = `select * from ossobject where ${joined} = 'x'`;
  expect(await refusal(condition)).toBe("OutputExceedsMaxSize");
  expect(await refusal(`select ${columns.join()},_1 from ossobject`)).toBe("SqlUnsupportedSql");
});

test("refused queries close the object", async () => {
  await put("/k", "x".repeat(100_000));
  const { select: service, blobs } = pipeline().services;
  let open = 0;
  const { read } = blobs;
  Object.assign(blobs, {
    read: async (...args: Parameters<typeof read>) => {
      const bytes = await read.apply(blobs, args);
      const iterator = bytes[Symbol.asyncIterator]();
      open += 1;
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => iterator.next(),
          return: async () => {
            open -= 1;
            return (await iterator.return?.()) ?? { done: true as const, value: undefined };
          },
        }),
      };
    },
  });
  const refused = vi.spyOn(service, "query").mockRejectedValue(new OssError("InternalError"));
  expect(await refusal("select * from ossobject")).toBe("InternalError");
  refused.mockRestore();
  Object.assign(blobs, { read });
  expect(open).toBe(0);
});

test("places are free again after failures", async () => {
  await put("/k", "x".repeat(1_000));
  const { blobs } = pipeline().services;
  const { read } = blobs;
  Object.assign(blobs, { read: () => Promise.reject(new Error("the disk failed")) });
  for (let at = 0; at < 20; at += 1) {
    await select(bucket, "select * from ossobject").catch(() => undefined);
  }
  Object.assign(blobs, { read });
  for (let at = 0; at < 20; at += 1) await select(bucket, "select missing from ossobject");
  expect((await select(bucket, "select count(*) from ossobject")).status).toBe(206);
});

test("messages of CreateSelectObjectMeta do not quote the object", async () => {
  await put("/k", '{"password" "hunter2"}');
  const form = "<InputSerialization><JSON><Type>LINES</Type></JSON></InputSerialization>";
  const document = `<JsonMetaRequest>${form}</JsonMetaRequest>`;
  const answer = await post("/k?x-oss-process=json%2Fmeta", document);
  expect(answer.code).toBe("InvalidJsonData");
  expect(answer.body).not.toContain("hunter2");
});

test("byte ranges that begin in the last row have no rows", async () => {
  await put("/k", "1,2\n3,4\n5,6\n");
  const input = "<AllowQuotedRecordDelimiter>false</AllowQuotedRecordDelimiter>";
  const ask = (range: string) =>
    select(bucket, "select * from ossobject", { input, headers: { range } });
  const inside = await ask("bytes=10-");
  expect([inside.status, selected(inside).rows]).toEqual([206, ""]);
  expect((await ask("bytes=12-")).code).toBe("InvalidRange");
});

test("a byte order mark and comments may be before the names of the columns", async () => {
  await put("/k", '\ufeff"name",age\nx,1\n');
  const use = "<FileHeaderInfo>Use</FileHeaderInfo>";
  expect(await rowsOf("select name from ossobject", { input: use })).toBe("x\n");
  await put("/k", "#made today\nname,age\nx,1\n");
  const input = `${use}${encodedElement("CommentCharacter", "#")}`;
  expect(await rowsOf("select name from ossobject", { input })).toBe("x\n");
});

test("KeepAllColumns adds no columns to short rows", async () => {
  await put("/k", "a,b\nc,d,e,f,g\n");
  const output = "<KeepAllColumns>true</KeepAllColumns>";
  expect(await rowsOf("select _5 from ossobject", { output })).toBe(",\n,,,,g\n");
});
