// Errors of SelectObject: a part of the catalogue (errors.ts). Errors in the statement share an EC,
// and so do errors in the object (help pages of the ECs 0016).

/** The errors of SelectObject. */
export const selectErrors = {
  DecompressFailure: {
    status: 400,
    message: "The object is not GZIP.",
    ec: "0016-00000801",
    details: [],
  },
  InvalidCommentCharacter: {
    status: 400,
    message: "The comment character must be one character.",
    ec: "0016-00000831",
    details: [],
  },
  InvalidCsvLine: {
    status: 400,
    message: "The line is invalid.",
    ec: "0016-00000801",
    details: [],
  },
  InvalidInputFieldDelimiter: {
    status: 400,
    message: "The field delimiter of the input must be one character.",
    details: [],
  },
  InvalidInputQuote: {
    status: 400,
    message: "The quote character of the input must be one character.",
    details: [],
  },
  InvalidInputRecordDelimiter: {
    status: 400,
    message: "The record delimiter of the input must be one or two characters.",
    ec: "0016-00000829",
    details: [],
  },
  InvalidJsonData: {
    status: 400,
    message: "The object is not valid JSON.",
    ec: "0016-00000801",
    details: [],
  },
  InvalidOSSSelectParameters: {
    status: 400,
    message: "The parameters contradict each other.",
    details: [],
  },
  InvalidOutputFieldDelimiter: {
    status: 400,
    message: "The field delimiter of the output must be one character.",
    ec: "0016-00000828",
    details: [],
  },
  InvalidOutputRecordDelimiter: {
    status: 400,
    message: "The record delimiter of the output must be one or two characters.",
    details: [],
  },
  InvalidSqlParameter: {
    status: 400,
    message: "The SQL expression is empty or too long.",
    ec: "0016-00000823",
    details: [],
  },
  JsonNodeExceedsMaxSize: {
    status: 400,
    message: "A JSON value is too large.",
    ec: "0016-00000801",
    details: [],
  },
  OutputExceedsMaxSize: {
    status: 400,
    message: "The selected values are too large for the rows that are read at a time.",
    ec: "0016-00000801",
    details: [],
  },
  SqlInvalidColumnIndex: {
    status: 400,
    message: "The index of a column must be 1 to 1000.",
    ec: "0016-00000803",
    details: [],
  },
  SqlInvalidColumnName: {
    status: 400,
    message: "The object has no such column.",
    ec: "0016-00000803",
    details: [],
  },
  SqlInvalidKeepAllColumns: {
    status: 400,
    message: "KeepAllColumns allows each column once, and no aggregates.",
    ec: "0016-00000803",
    details: [],
  },
  SqlInvalidLimitValue: {
    status: 400,
    message: "LIMIT must be at least 1.",
    ec: "0016-00000803",
    details: [],
  },
  SqlInvalidMixOfAggregationAndColumn: {
    status: 400,
    message: "Aggregates and columns cannot be selected together.",
    ec: "0016-00000803",
    details: [],
  },
  SqlInvalidMixOfStarAndColumn: {
    status: 400,
    message: "The star cannot be selected together with columns.",
    ec: "0016-00000803",
    details: [],
  },
  SqlSyntaxError: {
    status: 400,
    message: "The SQL expression has a syntax error.",
    ec: "0016-00000803",
    details: [],
  },
  SqlUnsupportedSql: {
    status: 400,
    message: "The SQL expression has a part that is not supported.",
    ec: "0016-00000803",
    details: [],
  },
  UnsupportedCompressionFormat: {
    status: 400,
    message: "The compression type must be None or GZIP.",
    ec: "0016-00000826",
    details: [],
  },
  WildCardNotAllowed: {
    status: 400,
    message: "A path after SELECT or WHERE cannot have a wildcard.",
    ec: "0016-00000803",
    details: [],
  },
} as const;
