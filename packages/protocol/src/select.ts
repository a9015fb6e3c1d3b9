// The documents of SelectObject and CreateSelectObjectMeta: what the object is like, and what the
// rows that are returned look like.
import { binaryToUtf8, utf8ToBinary } from "./bytes.ts";
import { type Codec, flag, integer } from "./codec.ts";
import { leaf, one, shape, type XmlCodec } from "./xml/codec.ts";

/** Text that travels as Base64 of its UTF-8. Other text stands for itself. */
const base64: Codec<string> = {
  decode: (raw) => {
    const trimmed = raw.trim();
    if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(trimmed)) return raw;
    return binaryToUtf8(atob(trimmed)) ?? raw;
  },
  encode: (value) => btoa(utf8ToBinary(value)),
};

/** Text without the white space around it: OSS's own samples have line breaks there. */
const word: Codec<string> = { decode: (raw) => raw.trim(), encode: (value) => value };

const trimmedFlag: Codec<boolean> = {
  decode: (raw) => (raw.trim() === "" ? false : flag.decode(raw.trim())),
  encode: flag.encode,
};

/** How a CSV object is written. An empty member is like an absent one. */
export interface CsvInput {
  /** Whether the first line has the names of columns: `None`, `Use`, or `Ignore` to skip it. */
  readonly fileHeaderInfo?: string;
  /** One or two characters; a line feed when absent. */
  readonly recordDelimiter?: string;
  /** One character; a comma when absent. */
  readonly fieldDelimiter?: string;
  /** One character; `"` when absent. */
  readonly quoteCharacter?: string;
  /** One character. Lines that begin with it are skipped. */
  readonly commentCharacter?: string;
  /** `line-range=0-9` or `split-range=0-0`; the first line has the number 0. */
  readonly range?: string;
  /** Whether a quoted field may contain record delimiters; true when absent. */
  readonly allowQuotedRecordDelimiter?: boolean;
}

/** How a JSON object is written. */
export interface JsonInput {
  /** `LINES`: values one after the other; `DOCUMENT`: one value. */
  readonly type?: string;
  /** As for CSV, for `LINES` only. */
  readonly range?: string;
  /** Whether numbers are compared as texts. Digits that a double loses are then kept. */
  readonly parseJsonNumberAsString?: boolean;
}

/** What the object is like. */
export interface InputSerialization {
  /** `None` or `GZIP`. */
  readonly compressionType?: string;
  readonly csv?: CsvInput;
  readonly json?: JsonInput;
}

/** Delimiters of the rows that are returned. Those of the object when absent. */
export interface CsvOutput {
  readonly recordDelimiter?: string;
  readonly fieldDelimiter?: string;
}

/** What rows look like. */
export interface OutputSerialization {
  readonly csv?: CsvOutput;
  readonly json?: { readonly recordDelimiter?: string };
  /** Whether rows have all columns; those that are not selected are empty. */
  readonly keepAllColumns?: boolean;
  /** Whether the answer is the rows only, and not frames around them. */
  readonly outputRawData?: boolean;
  /** Whether frames have checksums. */
  readonly enablePayloadCrc?: boolean;
  /** Whether the first line has the names of the columns. */
  readonly outputHeader?: boolean;
}

/** What happens to rows that do not fit the query. */
export interface SelectOptions {
  /** Whether rows without a column of the query are skipped. Otherwise the column is null. */
  readonly skipPartialDataRecord?: boolean;
  /** How many rows may be skipped; 0 when absent. */
  readonly maxSkippedRecordsAllowed?: number;
}

const csvInput: XmlCodec<CsvInput> = shape<CsvInput>({
  fileHeaderInfo: one("FileHeaderInfo", leaf(word)),
  recordDelimiter: one("RecordDelimiter", leaf(base64)),
  fieldDelimiter: one("FieldDelimiter", leaf(base64)),
  quoteCharacter: one("QuoteCharacter", leaf(base64)),
  commentCharacter: one("CommentCharacter", leaf(base64)),
  range: one("Range", leaf(word)),
  allowQuotedRecordDelimiter: one("AllowQuotedRecordDelimiter", leaf(trimmedFlag)),
});

export const inputSerialization: XmlCodec<InputSerialization> = shape<InputSerialization>({
  compressionType: one("CompressionType", leaf(word)),
  csv: one("CSV", csvInput),
  json: one(
    "JSON",
    shape<JsonInput>({
      type: one("Type", leaf(word)),
      range: one("Range", leaf(word)),
      parseJsonNumberAsString: one("ParseJsonNumberAsString", leaf(trimmedFlag)),
    }),
  ),
});

export const outputSerialization: XmlCodec<OutputSerialization> = shape<OutputSerialization>({
  csv: one(
    "CSV",
    shape<CsvOutput>({
      recordDelimiter: one("RecordDelimiter", leaf(base64)),
      fieldDelimiter: one("FieldDelimiter", leaf(base64)),
    }),
  ),
  json: one(
    "JSON",
    shape<NonNullable<OutputSerialization["json"]>>({
      recordDelimiter: one("RecordDelimiter", leaf(base64)),
    }),
  ),
  keepAllColumns: one("KeepAllColumns", leaf(trimmedFlag)),
  outputRawData: one("OutputRawData", leaf(trimmedFlag)),
  enablePayloadCrc: one("EnablePayloadCrc", leaf(trimmedFlag)),
  outputHeader: one("OutputHeader", leaf(trimmedFlag)),
});

export const selectOptions: XmlCodec<SelectOptions> = shape<SelectOptions>({
  skipPartialDataRecord: one("SkipPartialDataRecord", leaf(trimmedFlag)),
  maxSkippedRecordsAllowed: one("MaxSkippedRecordsAllowed", leaf(integer())),
});

/** The SQL statement. */
export const expression: XmlCodec<string> = leaf(base64);

/** Frames of the answer, by their type (SelectObject documentation). */
export const selectFrames = {
  data: 0x80_00_01,
  continuous: 0x80_00_04,
  end: 0x80_00_05,
  csvMetaEnd: 0x80_00_06,
  jsonMetaEnd: 0x80_00_07,
} as const;
