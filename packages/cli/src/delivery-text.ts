// Formats deliveries as text: one on a line, or one with every detail.
import type {
  AttemptRecord,
  DeliveryRecord,
  EndpointFigures,
  FoundDelivery,
  IgnoredFigures,
  WholeDelivery,
} from "@ossicle/server";
import { printable } from "./printable.ts";

/** A delivery on one line. */
export function deliveryLine({ id, record }: FoundDelivery): string {
  const { createdMs, state, bucket, key, urls, attempts } = record;
  const last = attempts.at(-1);
  const end = last?.reason ?? (last?.status === undefined ? "" : `answered ${last.status}`);
  const facts = [new Date(createdMs).toISOString(), id, state.padEnd(9), `${bucket}/${key}`];
  return printable([...facts, last?.url ?? urls[0] ?? "", end].join("  ").trimEnd());
}

/** A delivery with every detail, on several lines. */
export function describeDelivery({ id, record, body }: WholeDelivery): string {
  const { createdMs, state, bucket, key, operation, requester = "(anonymous)", urls } = record;
  return [
    `delivery   ${id}`,
    `state      ${state}${stateNote(record)}`,
    `uploaded   ${new Date(createdMs).toISOString()} by ${requester}, ${operation}`,
    `object     ${bucket}/${key}`,
    ...urls.map((url) => `url        ${url}`),
    `body       ${record.bodyType}, ${record.bodyBytes} ` +
      `bytes${body === undefined ? "" : `: ${body.toString()}`}`,
    ...record.attempts.flatMap(describeAttempt),
  ]
    .map(printable)
    .join("\n");
}

function stateNote(record: DeliveryRecord): string {
  const { state, waiting, nextMs, rounds, discarded, policy, version } = record;
  const isHidden = state === "due" && policy?.onFailure === "hide" && version === undefined;
  const notes = [
    ...(isHidden ? ["the object is hidden until it is confirmed"] : []),
    ...(rounds !== undefined && rounds > 1 ? [`${rounds} rounds`] : []),
    ...(waiting === undefined || nextMs === undefined
      ? []
      : [`${waiting} at ${new Date(nextMs).toISOString()}`]),
    ...(discarded === true && state !== "superseded"
      ? ["the delivery policy removed this version"]
      : []),
    ...(state === "superseded" ? ["confirmed, but another upload had taken the key"] : []),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function describeAttempt(attempt: AttemptRecord, at: number): readonly string[] {
  const { atMs, url, tookMs, stages = {}, status, error, reason, reply } = attempt;
  const times = Object.entries(stages).map(([name, ms]) => `${name.replace(/Ms$/, "")} ${ms}`);
  return [
    "",
    `attempt ${at + 1}  ${new Date(atMs).toISOString()} ${url}`,
    `  took     ${tookMs} ms${times.length === 0 ? "" : ` (${times.join(", ")})`}`,
    ...(status === undefined ? [] : [`  status   ${status}`]),
    ...(error === undefined ? [] : [`  error    ${error}`]),
    ...(reason === undefined ? [] : [`  why      ${reason}`]),
    ...(reply === undefined ? [] : describeReply(reply)),
  ];
}

function describeReply({ headers, body }: NonNullable<AttemptRecord["reply"]>): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    lines.push(`  answer   ${headers[at]}: ${headers[at + 1]}`);
  }
  return body === "" ? lines : [...lines, `  answer   ${body}`];
}

/** A line about callback parameters that were ignored. */
export function ignoredLine({ operation, requests, lastMs, userAgent }: IgnoredFigures): string {
  const last = new Date(lastMs).toISOString();
  const by = userAgent === "" ? "" : ` by ${userAgent}`;
  return printable(
    `ignored on ${operation}, which sends no callbacks: ${requests}, last ${last}${by}`,
  );
}

/** An endpoint's figures on one line. */
export function figuresLine({ endpoint, ...counts }: EndpointFigures): string {
  const { due, delivered, failed, dead, superseded } = counts;
  const rare = [
    dead === 0 ? "" : `, ${dead} dead`,
    superseded === 0 ? "" : `, ${superseded} superseded`,
  ];
  const common = `${delivered} delivered, ${failed} failed, ${due} due`;
  return `${printable(endpoint)}  ${common}${rare.join("")}`;
}

/** A delivery as one line of JSON; its body as text. */
export function jsonOf(delivery: WholeDelivery): string {
  const { id, record, body } = delivery;
  const whole = { id, ...record, ...(body === undefined ? {} : { body: body.toString() }) };
  return printable(JSON.stringify(whole));
}
