// SelectObject: what statements select, how answers are framed, and what is refused. Cases that a
// test of an official SDK asserts say so.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodedElement, framesOf, select, selected } from "../../testing/model-select.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const bucket = modelBucket();
const { put, post, pipeline } = bucket;

const people =
  'name,company,age\nLora Francis,Staples Inc,27\nEleanor Little,"Conectiv, Inc",43\n' +
  "Rosie Hughes,Western Gas Resources Inc,44\nLawrence Ross,,24\n";
const use = "<FileHeaderInfo>Use</FileHeaderInfo>";

const rowsOf = async (
  statement: string,
  parts: Parameters<typeof select>[2] = {},
): Promise<string> => selected(await select(bucket, statement, parts)).rows;

describe("of CSV", () => {
  test.each([
    ["select name from ossobject", "Lora Francis\nEleanor Little\nRosie Hughes\nLawrence Ross\n"],
    ["select NAME from OSSObject limit 1", "Lora Francis\n"],
    ["select _2 from ossobject where _1 like 'E%Little'", '"Conectiv, Inc"\n'],
    ["select name, age from ossobject where age > 43", "Rosie Hughes,44\n"],
    ["select s.name from ossobject as s where s.age >= 43 and not s.age = 44", "Eleanor Little\n"],
    ["select name from ossobject where company is null", "Lawrence Ross\n"],
    [
      "select name from ossobject where company != ''",
      "Lora Francis\nEleanor Little\nRosie Hughes\n",
    ],
    ["select age from ossobject where age between 25 and 43", "27\n43\n"],
    ["select age from ossobject where age not in (27, '43', 44)", "24\n"],
    ["select age from ossobject where age + 1 = 28 or age * 2 = 88", "27\n44\n"],
    ["select age from ossobject where (name || company) = 'Lora FrancisStaples Inc'", "27\n"],
    ["select age from ossobject where name like '%o?a*' and true", "27\n"],
    ["select age from ossobject where name like '%\\%%' escape '\\'", ""],
    ["select count(*), avg(cast(age as int)), max(cast(age as int)) from ossobject", "4,34.5,44\n"],
    ["select sum(age) as total from ossobject where age > 100", "\n"],
    ["select min(name) from ossobject", "Eleanor Little\n"],
    [
      "select name as a as b from ossobject'",
      "Lora Francis\nEleanor Little\nRosie Hughes\nLawrence Ross\n",
    ],
    ["select cast(age as double) from ossobject where -age < -43", "44\n"],
  ])("%s", async (statement, rows) => {
    await put("/k", people);
    expect(await rowsOf(statement, { input: use })).toBe(rows);
  });

  test("an exact decimal is not rounded (test of oss2)", async () => {
    await put("/k", "123456789.123456789\n123456789.1234567891\n");
    const statement = "select * from ossobject where cast(_1 as decimal) = 123456789.1234567890";
    expect(await rowsOf(statement)).toBe("123456789.123456789\n");
  });

  test.each([
    ["2024-02-29", "2024-02-29", ""],
    ["20240229", "2024-02-29", ""],
    ["29/02/2024 10:30:00", "2024-02-29T10:30:00Z", ""],
    ["2024-29-02", "2024-02-29", " format 'YYYY-DD-MM'"],
    ["2024-02-29T12:00:00+02:00", "2024-02-29T10:00:00Z", ""],
  ])("%s is the time %s", async (text, same, format) => {
    await put("/k", `${text}\n`);
    const other = `cast('${same}' as timestamp)`;
    const statement = `select _1 from ossobject where cast(_1 as timestamp${format}) = ${other}`;
    expect(await rowsOf(statement)).toBe(`${text}\n`);
  });

  test("the result has delimiters of its own, a header, and all columns", async () => {
    await put("/k", people);
    const csv = encodedElement("FieldDelimiter", "|") + encodedElement("RecordDelimiter", "\r\n");
    const output = `<CSV>${csv}</CSV><OutputHeader>true</OutputHeader>`;
    const statement = "select name, company from ossobject where age = 43";
    const rows = await rowsOf(statement, { input: use, output });
    expect(rows).toBe("name|company\r\nEleanor Little|Conectiv, Inc\r\n");
    const all = "<KeepAllColumns>true</KeepAllColumns>";
    expect(await rowsOf("select age from ossobject limit 1", { input: use, output: all })).toBe(
      ",,27\n",
    );
  });

  test("quotes, comments and long delimiters are those of the request", async () => {
    await put("/k", "#c||'a|''b'|2||#d||3|4");
    const input =
      encodedElement("RecordDelimiter", "||") +
      encodedElement("FieldDelimiter", "|") +
      encodedElement("QuoteCharacter", "'") +
      encodedElement("CommentCharacter", "#");
    expect(await rowsOf("select * from ossobject", { input })).toBe("'a|''b'|2||3|4||");
  });

  test("rows without a column give null, or are skipped up to a limit", async () => {
    await put("/k", "abc,def\nefg\nhij,klm\n");
    expect(await rowsOf("select _2 from ossobject")).toBe("def\n\nklm\n");
    const skip = "<SkipPartialDataRecord>true</SkipPartialDataRecord>";
    const one = `${skip}<MaxSkippedRecordsAllowed>1</MaxSkippedRecordsAllowed>`;
    expect(await rowsOf("select _1, _2 from ossobject", { options: one })).toBe(
      "abc,def\nhij,klm\n",
    );
    // The row is not the last one, so no answer has begun (test of the C# SDK).
    const refused = await select(bucket, "select _1, _2 from ossobject", { options: skip });
    expect(refused).toMatchObject({ status: 400, code: "InvalidCsvLine", ec: "0016-00000801" });
  });

  test("an error in the last row is in the last frame (test of oss2)", async () => {
    await put("/k", "abc,def\nefg\n");
    const options = "<SkipPartialDataRecord>true</SkipPartialDataRecord>";
    const answer = await select(bucket, "select _1, _2 from ossobject", { options });
    expect(answer.status).toBe(206);
    expect(selected(answer)).toMatchObject({ rows: "abc,def\n", status: 400 });
    expect(selected(answer).error).toMatch(/^InvalidCsvLine\.The line is invalid/);
  });

  test("a text that is no number does not fit", async () => {
    await put("/k", "1\nmany\n3\n4\n");
    const options = "<MaxSkippedRecordsAllowed>1</MaxSkippedRecordsAllowed>";
    expect(await rowsOf("select _1 from ossobject where _1 > 1", { options })).toBe("3\n4\n");
    const refused = await select(bucket, "select _1 from ossobject where _1 > 1");
    expect(refused).toMatchObject({ status: 400, code: "InvalidCsvLine" });
  });

  test.each([
    ["line-range=1-3", "Lora Francis\nRosie Hughes\n"],
    ["line-range=4-", "Rosie Hughes\nLawrence Ross\n".slice("Rosie Hughes\n".length)],
    ["line-range=-2", "Rosie Hughes\nLawrence Ross\n"],
    ["line-range=0-99", "Lora Francis\nRosie Hughes\nLawrence Ross\n"],
    ["split-range=0-5", "Lora Francis\nRosie Hughes\nLawrence Ross\n"],
    ["", "Lora Francis\nRosie Hughes\nLawrence Ross\n"],
  ])("the range %j counts comments (test of the Java SDK)", async (range, rows) => {
    await put("/k", "name,age\nLora Francis,1\n#Eleanor,2\nRosie Hughes,3\nLawrence Ross,4\n");
    const input = `${use}${encodedElement("CommentCharacter", "#")}<Range>${range}</Range>`;
    expect(await rowsOf("select name from ossobject", { input })).toBe(rows);
  });

  test("a header that is ignored belongs to no range (test of the Java SDK)", async () => {
    await put("/k", "name,age\nLora Francis,1\nRosie Hughes,3\n");
    const input = "<FileHeaderInfo>Ignore</FileHeaderInfo><Range>line-range=1-2</Range>";
    expect(await rowsOf("select _1 from ossobject", { input })).toBe(
      "Lora Francis\nRosie Hughes\n",
    );
  });

  test("an HTTP range selects the rows that begin in it (test of oss2)", async () => {
    await put("/k", "test\nabc\nxyz\n");
    const input = "<AllowQuotedRecordDelimiter>false</AllowQuotedRecordDelimiter>";
    const headers = { range: "bytes=0-1" };
    expect(await rowsOf("select * from ossobject", { input, headers })).toBe("test\n");
    const later = { range: "bytes=1-5" };
    expect(await rowsOf("select * from ossobject", { input, headers: later })).toBe("abc\n");
    expect(await select(bucket, "select * from ossobject", { headers })).toMatchObject({
      code: "InvalidArgument",
      ec: "0016-00000815",
    });
  });

  test("a compressed object is read too", async () => {
    await put("/k", gzipSync(people));
    const parts = { input: use, compression: "GZIP" };
    expect(await rowsOf("select age from ossobject where age > 43", parts)).toBe("44\n");
    await put("/k", people);
    expect(await select(bucket, "select age from ossobject", parts)).toMatchObject({
      status: 400,
      code: "DecompressFailure",
    });
  });
});

describe("of JSON", () => {
  const lines =
    '{"name":"Lora","age":27.50,"tags":["a","b"],"at":{"city":"A/B"}},\n' +
    '{"name":"Élan","age":43,"at":null}\n{"other":123456789.123456789}';
  const asLines = { process: "json/select", input: "<Type>LINES</Type>" };
  const asDocument = { process: "json/select", input: "<Type>Document</Type>" };

  test.each([
    [
      "select * from ossobject where name like 'L%'",
      `${lines.split(",\n")[0]?.replace("/", "\\/")}\n`,
    ],
    [
      "select name, age from ossobject",
      '{"name":"Lora","age":27.50}\n{"name":"Élan","age":43}\n{}\n',
    ],
    ["select at.city as place, tags[1] from ossobject limit 1", '{"place":"A\\/B","_2":"b"}\n'],
    ["select at from ossobject where name = 'Élan'", '{"at":null}\n'],
    ["select s.name from ossobject s where cast(s.age as int) > 40", '{"name":"Élan"}\n'],
    ["select max(age), count(name) from ossobject", '{"_1":43,"_2":2}\n'],
    ["select other from ossobject where other > 1", '{"other":123456789.123456789}\n'],
  ])("%s", async (statement, rows) => {
    await put("/k", lines);
    expect(await rowsOf(statement, asLines)).toBe(rows);
  });

  test("a path after FROM finds the rows of a document", async () => {
    const objects = [{ person: { "last name": "x" }, n: 1 }, { n: 2 }, { person: {}, n: 3 }];
    await put("/k", JSON.stringify({ meta: { n: 9 }, "a.b": { objects } }, undefined, 2));
    const from = "ossobject.'a.b'.objects[*]";
    expect(await rowsOf(`select n from ${from} where n >= 2`, asDocument)).toBe(
      '{"n":2}\n{"n":3}\n',
    );
    expect(await rowsOf(`select person.'last name' from ${from} limit 1`, asDocument)).toBe(
      '{"last name":"x"}\n',
    );
    expect(await rowsOf("select * from ossobject['a.b'].objects[1]", asDocument)).toBe('{"n":2}\n');
  });

  test("lines of a range, with a delimiter of the result", async () => {
    await put("/k", lines);
    const input = "<Type>LINES</Type><Range>line-range=1-1</Range>";
    const output = `<JSON>${encodedElement("RecordDelimiter", ",")}</JSON>`;
    const parts = { process: "json/select", input, output };
    expect(await rowsOf("select name from ossobject", parts)).toBe('{"name":"Élan"},');
  });

  test.each([
    ["Year,StateA\n2015,CA\n", asDocument],
    ['{"a":1}}', asLines],
    ['{"a":1', asLines],
    ['{"a":1} {"b":2}', asDocument],
  ])("%j is refused", async (content, parts) => {
    await put("/k", content);
    const answer = await select(bucket, "select * from ossobject", parts);
    const isLate = answer.status === 206;
    expect(isLate ? selected(answer).error : answer.code).toMatch(/^InvalidJsonData/);
  });

  test("a value that is too large is refused", async () => {
    await put("/k", JSON.stringify({ objects: ["x".repeat(300_000), "y".repeat(600_000)] }));
    const answer = await select(bucket, "select * from ossobject.objects[*]", asDocument);
    const isLate = answer.status === 206;
    expect(isLate ? selected(answer).error : answer.code).toMatch(/^JsonNodeExceedsMaxSize/);
    const whole = await select(bucket, "select * from ossobject", asDocument);
    expect(selected(whole).error).toMatch(/^JsonNodeExceedsMaxSize/);
  });
});

describe("answers", () => {
  test("are frames with offsets, and with checksums where they are asked for", async () => {
    await put("/k", people);
    const plain = await select(bucket, "select name from ossobject", { input: use });
    expect(plain.headers).toMatchObject({ "x-oss-select-output-raw": "false" });
    const frames = framesOf(plain.bytes);
    expect(frames.map(({ type }) => type.toString(16))).toEqual(["800001", "800001", "800005"]);
    expect(frames.every(({ isIntact }) => isIntact === undefined)).toBe(true);
    const offsets = frames.map(({ payload }) => Number(payload.readBigUInt64BE(0)));
    expect(offsets).toEqual([people.indexOf("Lawrence"), people.length, people.length]);
    const output = "<EnablePayloadCrc>true</EnablePayloadCrc>";
    const checked = await select(bucket, "select name from ossobject", { output });
    expect(checked.status).toBe(400); // without a header there is no name
    const whole = await select(bucket, "select * from ossobject", { output });
    expect(framesOf(whole.bytes).every(({ isIntact }) => isIntact === true)).toBe(true);
  });

  test("are the rows only where that is asked for", async () => {
    await put("/k", people);
    const output = "<OutputRawData>true</OutputRawData>";
    const answer = await select(bucket, "select _1 from ossobject limit 2", { output });
    expect(answer).toMatchObject({ status: 206, body: "name\nLora Francis\n" });
    expect(answer.headers["x-oss-select-output-raw"]).toBe("true");
  });

  test("of a long object begin before it is read", async () => {
    const long = people.repeat(20_000) + '"never closed';
    await put("/k", long);
    const answer = await select(bucket, "select _1 from ossobject where _3 = '44'");
    const { rows, status, error } = selected(answer);
    expect(answer.status).toBe(206);
    expect(rows).toBe("Rosie Hughes\n".repeat(20_000));
    expect([status, error.split(".")[0]]).toEqual([400, "InvalidCsvLine"]);
  });

  test("of an empty object have no rows", async () => {
    await put("/k", "");
    expect(await rowsOf("select * from ossobject")).toBe("");
    expect(await rowsOf("select count(*) from ossobject")).toBe("0\n");
  });

  test("take turns, and too many are refused", async () => {
    await put("/k", people.repeat(5_000));
    const ask = () => select(bucket, "select count(*) from ossobject");
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const [done, refused] = [206, 503].map((one) => answers.filter(({ status }) => status === one));
    expect([done?.length, refused?.length]).toEqual([16, 4]);
    expect(done?.every((answer) => selected(answer).rows === "25000\n")).toBe(true);
    expect((await ask()).status).toBe(206);
  });

  test("of encrypted objects are those of their bytes", async () => {
    await put("/k", people, { "x-oss-server-side-encryption": "AES256" });
    expect(await rowsOf("select age from ossobject where age < 25", { input: use })).toBe("24\n");
  });
});

describe("refuses", () => {
  test.each([
    ["", "InvalidSqlParameter"],
    [`select ${"a".repeat(17_000)} from ossobject`, "InvalidSqlParameter"],
    ["select", "SqlSyntaxError"],
    ["select * from other", "SqlSyntaxError"],
    ["select _2,_3 from ossobject where", "SqlSyntaxError"],
    ["select _1 || _2 from ossobject", "SqlSyntaxError"],
    ["select _1 from ossobject where _1 = 'x", "SqlSyntaxError"],
    ["select _1 from ossobject where avg(_1) > 1", "SqlUnsupportedSql"],
    ["select _1 from ossobject where upper(_1) = 'A'", "SqlUnsupportedSql"],
    ["select _1 from ossobject group by _1", "SqlUnsupportedSql"],
    ["select _1 from ossobject order by _1", "SqlUnsupportedSql"],
    ["select _1 from ossobject where cast(_1 as timestamp format 'X') = 1", "SqlUnsupportedSql"],
    ["select _1 from ossobject.a[*]", "SqlUnsupportedSql"],
    [
      `select _1 from ossobject where ${"(".repeat(100)}1${")".repeat(100)} = 1`,
      "SqlUnsupportedSql",
    ],
    [`select _1 from ossobject where 1${"+1".repeat(600)} = 1`, "SqlUnsupportedSql"],
    ["select *, _1 from ossobject", "SqlInvalidMixOfStarAndColumn"],
    ["select _1, count(*) from ossobject", "SqlInvalidMixOfAggregationAndColumn"],
    ["select _1 from ossobject limit 0", "SqlInvalidLimitValue"],
    ["select _0 from ossobject", "SqlInvalidColumnIndex"],
    ["select _1001 from ossobject", "SqlInvalidColumnIndex"],
    ["select missing from ossobject", "SqlInvalidColumnName"],
    ["select a[*] from ossobject", "WildCardNotAllowed"],
  ])("the statement %j", async (statement, code) => {
    await put("/k", people);
    const answer = await select(bucket, statement, { input: use });
    expect(answer).toMatchObject({ status: 400, code });
  });

  test.each([
    ["InvalidInputFieldDelimiter", { input: encodedElement("FieldDelimiter", "ab") }],
    ["InvalidInputRecordDelimiter", { input: encodedElement("RecordDelimiter", "\nsadasd") }],
    ["InvalidInputQuote", { input: encodedElement("QuoteCharacter", "''") }],
    ["InvalidCommentCharacter", { input: encodedElement("CommentCharacter", "##") }],
    ["InvalidOSSSelectParameters", { input: encodedElement("FieldDelimiter", '"') }],
    [
      "InvalidOutputFieldDelimiter",
      { output: `<CSV>${encodedElement("FieldDelimiter", "ab")}</CSV>` },
    ],
    [
      "InvalidOutputRecordDelimiter",
      { output: `<CSV>${encodedElement("RecordDelimiter", "abc")}</CSV>` },
    ],
    ["UnsupportedCompressionFormat", { compression: "BZIP2" }],
    [
      "InvalidOSSSelectParameters",
      {
        output: "<OutputRawData>true</OutputRawData><EnablePayloadCrc>true</EnablePayloadCrc>",
      },
    ],
    ["SqlInvalidKeepAllColumns", { output: "<KeepAllColumns>true</KeepAllColumns>" }],
    ["InvalidArgument", { input: "<FileHeaderInfo>Maybe</FileHeaderInfo>" }],
    ["InvalidArgument", { input: "<Range>line=1-2</Range>" }],
    ["InvalidArgument", { input: "<Range>line-range=9-2</Range>" }],
    ["InvalidRange", { input: "<Range>line-range=9-12</Range>" }],
    ["InvalidArgument", { process: "json/select" }],
  ])("parameters: %s, %o", async (code, parts) => {
    await put("/k", people);
    const answer = await select(bucket, "select _1, _1 from ossobject", parts);
    expect(answer).toMatchObject({ status: 400, code });
  });

  test("a statement before a missing key, and a missing key before bytes", async () => {
    expect((await select(bucket, "")).code).toBe("InvalidSqlParameter");
    expect(await select(bucket, "select * from ossobject")).toMatchObject({
      status: 404,
      code: "NoSuchKey",
    });
  });

  test("a stray quote in a field (test of the Java SDK)", async () => {
    await put("/k", 'name,age\n"a" b,2\n');
    const answer = await select(bucket, "select * from ossobject");
    expect(answer).toMatchObject({ status: 400, code: "InvalidCsvLine" });
    expect(answer.body).toContain("The line is invalid");
  });

  test("keys that may not read the object", async () => {
    await put("/k", people);
    const { ask } = pipeline();
    const path = "/bucket/k?x-oss-process=csv%2Fselect";
    const expression = encodedElement("Expression", "select * from ossobject");
    const body = `<SelectRequest>${expression}</SelectRequest>`;
    expect((await ask({ method: "POST", path, body, anonymous: true })).code).toBe("AccessDenied");
    expect((await post("/k?x-oss-process=csv%2Fselect", body)).status).toBe(206);
  });
});
