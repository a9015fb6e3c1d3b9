// Reads the records of the log in their order.
import { LogFiles, segmentBytes, segmentOf } from "./log-files.ts";
import { type LogEnd, recordEnd, recordHeaderBytes, recordLength } from "./log-record.ts";

/** A record. */
export interface LogRecord {
  readonly bytes: Buffer;
  /** Where it begins in the log. */
  readonly at: number;
  readonly end: LogEnd;
}

/** Yields the records from `from` on, to the first place where the log does not continue. */
export function* readLog(files: LogFiles, from: LogEnd): Generator<LogRecord> {
  let end = from;
  for (;;) {
    // A record that does not fit into a segment is the first of the next one.
    const next = (segmentOf(end.position) + 1) * segmentBytes;
    const record = readRecord(files, end) ?? readRecord(files, { ...end, position: next });
    if (record === undefined) return;
    yield record;
    end = record.end;
  }
}

function readRecord(files: LogFiles, from: LogEnd): LogRecord | undefined {
  const length = recordLength(files.read(from.position, recordHeaderBytes), from);
  if (length === undefined) return undefined;
  if (segmentOf(from.position) !== segmentOf(from.position + length - 1)) return undefined;
  const bytes = files.read(from.position, length);
  if (bytes.length < length) return undefined;
  const end = recordEnd(bytes);
  return end && { bytes, at: from.position, end };
}
