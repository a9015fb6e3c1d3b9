// CreateSelectObjectMeta: the counts of objects. The figures are those of tests of the C, C++ and
// Java SDKs.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { encodedElement, framesOf } from "../../testing/model-select.ts";

const { put, post } = modelBucket();

const ask = (kind: "csv" | "json", document: string) =>
  post(`/k?x-oss-process=${kind}%2Fmeta`, document);
const csv = (content: string): string =>
  `<CsvMetaRequest><InputSerialization><CSV>${content}</CSV></InputSerialization>` +
  "<OverwriteIfExists>true</OverwriteIfExists></CsvMetaRequest>";
const json = (content: string): string =>
  `<JsonMetaRequest><InputSerialization><JSON>${content}</JSON></InputSerialization>` +
  "</JsonMetaRequest>";

const piped = encodedElement("FieldDelimiter", "|") + encodedElement("RecordDelimiter", "\n\n");
const quoted = encodedElement("QuoteCharacter", "'");

test.each([
  ["abc,def123,456|7891334\n777,888|999,222012345\n\n", "", 3, 3],
  ["abc,def123,456|7891334\n777,888|999,222012345\n\n", piped, 1, 3],
  ["'abc','def\n123','456'\n", quoted, 1, 3],
  ["'abc','def\n123','456'\n", "", 2, 2],
  ["a,b\n#c\n1,2", encodedElement("CommentCharacter", "#"), 3, 2],
])("counts the rows of %j with %s", async (content, form, rows, columns) => {
  await put("/k", content);
  const answer = await ask("csv", csv(form));
  expect(answer.status).toBe(200);
  const [frame] = framesOf(answer.bytes);
  expect(frame).toMatchObject({ type: 0x80_00_06, isIntact: true });
  const payload = frame?.payload ?? Buffer.alloc(0);
  expect(payload.length).toBe(37);
  expect({
    offset: Number(payload.readBigUInt64BE(0)),
    scanned: Number(payload.readBigUInt64BE(8)),
    status: payload.readUInt32BE(16),
    splits: payload.readUInt32BE(20),
    rows: Number(payload.readBigUInt64BE(24)),
    columns: payload.readUInt32BE(32),
    text: payload.subarray(36).toString(),
  }).toEqual({
    offset: content.length,
    scanned: content.length,
    status: 200,
    splits: 1,
    rows,
    columns,
    text: ".",
  });
});

test("counts JSON values", async () => {
  await put("/k", '{"a":1},\n{"b":[1,2]} 3');
  const [frame] = framesOf((await ask("json", json("<Type>LINES</Type>"))).bytes);
  expect(frame).toMatchObject({ type: 0x80_00_07, isIntact: true });
  expect(Number(frame?.payload.readBigUInt64BE(24))).toBe(3);
  expect(frame?.payload.length).toBe(33);
});

test("reads defaults from an empty document, under any of its names", async () => {
  await put("/k", "a,b\n");
  for (const document of ["<CsvMetaRequest></CsvMetaRequest>", "<SelectMetaRequest/>", ""]) {
    expect((await ask("csv", document)).status).toBe(200);
  }
  expect((await ask("csv", "<Other/>")).code).toBe("MalformedXML");
});

test.each([
  ["csv", '",,,44', "<CsvMetaRequest/>", "InvalidCsvLine"],
  ["json", '"k2":1}', json(""), "InvalidJsonData"],
  ["json", "{}", json("<Type>DOCUMENT</Type>"), "InvalidOSSSelectParameters"],
  [
    "csv",
    "a",
    "<CsvMetaRequest><InputSerialization><CompressionType>GZIP</CompressionType>" +
      "</InputSerialization></CsvMetaRequest>",
    "UnsupportedCompressionFormat",
  ],
] as const)("refuses %s %j", async (kind, content, document, code) => {
  await put("/k", content);
  expect(await ask(kind, document)).toMatchObject({ status: 400, code });
});

test("needs the object", async () => {
  expect((await ask("csv", "<CsvMetaRequest/>")).code).toBe("NoSuchKey");
});
