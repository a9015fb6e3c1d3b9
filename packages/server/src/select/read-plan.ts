// Reads the documents of SelectObject and CreateSelectObjectMeta. An empty element counts as
// absent (tests of the C++ SDK).
import {
  type CsvInput,
  type InputSerialization,
  OssError,
  type SelectObjectInput,
  shownValue,
} from "@ossicle/protocol";
import type { CsvForm, JsonForm, OutputForm, RowRange, SelectPlan } from "./select-plan.ts";
import { parseSql } from "./sql/parse-sql.ts";

/** A query as the request describes it. */
export interface ReadPlan extends Omit<SelectPlan, "range"> {
  /** A range may be counted from the end: `last` rows or splits. */
  readonly range?: RowRange | { readonly unit: "line" | "split"; readonly last: number };
  readonly isGzip: boolean;
  readonly isRaw: boolean;
  readonly hasChecksums: boolean;
}

/** Reads a query. Throws errors about its parameters and its statement. */
export function readPlan(input: SelectObjectInput): ReadPlan {
  const { inputSerialization: source = {}, outputSerialization: output = {}, options = {} } = input;
  const query = parseSql(input.expression ?? "");
  const form = readForm(input.process, source);
  if (form.kind === "csv" && query.from.length > 0) {
    throw unsupported("a path after FROM, which only JSON objects have");
  }
  const { outputRawData: isRaw = false, enablePayloadCrc: hasChecksums = false } = output;
  if (isRaw && hasChecksums) {
    const message = "OutputRawData and EnablePayloadCrc cannot both be true.";
    throw new OssError("InvalidOSSSelectParameters", {}, { message });
  }
  const range = readRange(input, source, form);
  const { keepAllColumns = false } = output;
  if (form.kind === "csv" && keepAllColumns && query.items?.some((one) => one.aggregate)) {
    throw new OssError("SqlInvalidKeepAllColumns");
  }
  return {
    form,
    query,
    ...(range === undefined ? {} : { range }),
    output: readOutput(output, form),
    skipsPartialRows: options.skipPartialDataRecord ?? false,
    maxSkipped: options.maxSkippedRecordsAllowed ?? 0,
    isGzip: readCompression(source),
    isRaw,
    hasChecksums,
  };
}

/** Reads the form of an object. Throws errors about the parameters. */
export function readForm(process: string, source: InputSerialization): CsvForm | JsonForm {
  if (process.startsWith("json/")) {
    const type = (source.json?.type ?? "").toLowerCase();
    const isMeta = process === "json/meta";
    if (type !== "lines" && type !== "document" && !(isMeta && type === "")) {
      throw invalid("Type", source.json?.type ?? "", "0016-00000838");
    }
    return {
      kind: "json",
      type: type === "document" ? "document" : "lines",
      numbersAreTexts: source.json?.parseJsonNumberAsString ?? false,
    };
  }
  const csv = source.csv ?? {};
  const recordDelimiter = csv.recordDelimiter || "\n";
  const fieldDelimiter = csv.fieldDelimiter || ",";
  const quote = csv.quoteCharacter || '"';
  if (recordDelimiter.length > 2) throw new OssError("InvalidInputRecordDelimiter");
  if (fieldDelimiter.length !== 1) throw new OssError("InvalidInputFieldDelimiter");
  if (quote.length !== 1) throw new OssError("InvalidInputQuote");
  const comment = csv.commentCharacter || undefined;
  if ((comment?.length ?? 1) !== 1) throw new OssError("InvalidCommentCharacter");
  const all = [recordDelimiter, fieldDelimiter, quote, ...(comment === undefined ? [] : [comment])];
  if (new Set(all).size < all.length) {
    const message = "The delimiters, the quote and the comment character must differ.";
    throw new OssError("InvalidOSSSelectParameters", {}, { message });
  }
  return {
    kind: "csv",
    header: readHeader(csv),
    recordDelimiter,
    fieldDelimiter,
    quote,
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Whether the object is compressed. Throws UnsupportedCompressionFormat. */
export function readCompression({ compressionType }: InputSerialization): boolean {
  const type = (compressionType || "none").toLowerCase();
  if (type !== "none" && type !== "gzip") throw new OssError("UnsupportedCompressionFormat");
  return type === "gzip";
}

function readHeader({ fileHeaderInfo }: CsvInput): CsvForm["header"] {
  const header = (fileHeaderInfo || "none").toLowerCase();
  if (header === "none" || header === "use" || header === "ignore") return header;
  throw invalid("FileHeaderInfo", fileHeaderInfo ?? "", "0016-00000827");
}

// Delimiters of the result are by default those of the object (tests of the C and C# SDKs).
function readOutput(
  output: NonNullable<SelectObjectInput["outputSerialization"]>,
  form: CsvForm | JsonForm,
): OutputForm {
  const isCsv = form.kind === "csv";
  const given = isCsv ? output.csv?.recordDelimiter : output.json?.recordDelimiter;
  const recordDelimiter = given || (isCsv ? form.recordDelimiter : "\n");
  const fieldDelimiter = output.csv?.fieldDelimiter || (isCsv ? form.fieldDelimiter : ",");
  if (recordDelimiter.length > 2) throw new OssError("InvalidOutputRecordDelimiter");
  if (fieldDelimiter.length !== 1) throw new OssError("InvalidOutputFieldDelimiter");
  return {
    recordDelimiter,
    fieldDelimiter,
    keepsAllColumns: isCsv && (output.keepAllColumns ?? false),
    hasHeader: isCsv && (output.outputHeader ?? false),
  };
}

function readRange(
  { range: header }: SelectObjectInput,
  source: InputSerialization,
  form: CsvForm | JsonForm,
): ReadPlan["range"] {
  const text = (form.kind === "csv" ? source.csv?.range : source.json?.range) || undefined;
  if (text !== undefined && form.kind === "json" && form.type === "document") {
    throw invalid("Range", text, "0016-00000839");
  }
  if (header === undefined) return text === undefined ? undefined : parseRange(text);
  if (text !== undefined) throw invalid("Range", header, "0016-00000816");
  if (form.kind !== "csv" || (source.csv?.allowQuotedRecordDelimiter ?? true)) {
    throw invalid("Range", header, "0016-00000815");
  }
  const [, from = "", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (from === "") throw invalid("Range", header, "0016-00000832");
  return ordered({ unit: "byte", from: Number(from), to: endOf(to) });
}

function parseRange(text: string): ReadPlan["range"] {
  const [, unit, from = "", to = ""] = /^(line|split)-range=(\d*)-(\d*)$/.exec(text) ?? [];
  if ((unit !== "line" && unit !== "split") || (from === "" && to === "")) {
    throw invalid("Range", text, "0016-00000832");
  }
  if (from === "") return { unit, last: Number(to) };
  return ordered({ unit, from: Number(from), to: endOf(to) });
}

function endOf(text: string): number {
  return text === "" ? Number.POSITIVE_INFINITY : Number(text);
}

function ordered(range: RowRange): RowRange {
  if (range.from <= range.to) return range;
  throw invalid("Range", `${range.from}-${range.to}`, "0016-00000817");
}

function unsupported(what: string): OssError<"SqlUnsupportedSql"> {
  const message = `The SQL expression has a part that is not supported: ${what}.`;
  return new OssError("SqlUnsupportedSql", {}, { message });
}

function invalid(name: string, value: string, ec: string): OssError<"InvalidArgument"> {
  const details = { ArgumentName: name, ArgumentValue: shownValue(value) };
  const message = value === "" ? `${name} is missing.` : `The value of ${name} is invalid.`;
  return new OssError("InvalidArgument", details, { ec, message });
}
