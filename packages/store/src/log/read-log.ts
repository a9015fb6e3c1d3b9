// Reads the records of the log in their order.
import type { LogFiles } from "./log-files.ts";
import { type LogEnd, recordEnd, recordHeaderBytes, recordLength } from "./log-record.ts";

/** A record. */
export interface LogRecord {
  readonly bytes: Buffer;
  /** Where it begins in the log. */
  readonly at: LogEnd;
  readonly end: LogEnd;
}

/** Yields the records from `from` on, to the first place where the log does not continue. */
export function* readLog(files: LogFiles, from: LogEnd): Generator<LogRecord> {
  let end = from;
  for (;;) {
    // The log goes on in the same segment, or in one that begins here.
    const record = readRecord(files, end) ?? readRecord(files, { ...end, segment: end.position });
    if (record === undefined) return;
    yield record;
    end = record.end;
  }
}

function readRecord(files: LogFiles, from: LogEnd): LogRecord | undefined {
  const { segment, position } = from;
  const length = recordLength(files.read(segment, position - segment, recordHeaderBytes), from);
  if (length === undefined) return undefined;
  const bytes = files.read(segment, position - segment, length);
  const end = bytes.length < length ? undefined : recordEnd(bytes, segment);
  return end && { bytes, at: from, end };
}
