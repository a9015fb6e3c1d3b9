// Times in text, in the forms of CAST to TIMESTAMP (SelectObject documentation). A time
// without a zone is UTC.

/** Forms without FORMAT, tried in this order. */
const forms = [
  "YYYYMMDD",
  "YYYY/MM/DD",
  "DD/MM/YYYY",
  "YYYY-MM-DD",
  "DD-MM-YYYY",
  "DD-MM-YY",
  "DD.MM.YYYY",
  "DD.MM.YY",
] as const;

const partPatterns: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<short>\\d{2})",
  MM: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{1,2})",
};

/** After the date: `T` or a blank, hours, minutes, seconds, and a zone. */
const clock =
  "(?:[T ](?<hour>\\d{2}):?(?<minute>\\d{2})(?::?(?<second>\\d{2})(?:\\.(?<part>\\d{1,9}))?)?" +
  "(?<zone>Z|[+-]\\d{2}:?\\d{2})?)?";

const patterns = new Map<string, RegExp>();

function patternOf(form: string): RegExp {
  let pattern = patterns.get(form);
  if (pattern === undefined) {
    const parts = form.split(/(YYYY|YY|MM|DD)/);
    const source = parts.map((part) => partPatterns[part] ?? escaped(part)).join("");
    pattern = new RegExp(`^${source}${clock}$`);
    patterns.set(form, pattern);
  }
  return pattern;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w\s]/g, "\\$&");
}

/** Whether a FORMAT is known: a year, a month and a day, each once. */
export function isTimestampFormat(format: string): boolean {
  const parts = format.match(/YYYY|YY|MM|DD/g) ?? [];
  const rest = format.replaceAll(/YYYY|YY|MM|DD/g, "");
  const found = parts.map((part) => part.charAt(0)).toSorted();
  return found.join("") === "DMY" && /^[-/. ]*$/.test(rest);
}

/** Reads a time; undefined for other text. */
export function parseTimestamp(text: string, format?: string): Date | undefined {
  for (const form of format === undefined ? forms : [format]) {
    const groups = patternOf(form).exec(text.trim())?.groups;
    const time = groups === undefined ? undefined : timeOf(groups);
    if (time !== undefined) return time;
  }
  return undefined;
}

function timeOf(groups: Readonly<Record<string, string | undefined>>): Date | undefined {
  const { year, short, month, day, hour = "0", minute = "0", second = "0", part, zone } = groups;
  const fullYear = year === undefined ? 2_000 + Number(short) : Number(year);
  const milliseconds = Number((part ?? "0").padEnd(3, "0").slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  return new Date(date.getTime() - zoneMs(zone));
}

function zoneMs(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -ms : ms;
}
