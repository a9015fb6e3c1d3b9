// Looks at the way to a store: its name, its port, TLS, what answers there, and the clocks.
import { lookup } from "node:dns/promises";
import { isIP, Socket } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { maxSkewMs } from "@ossicle/server";
import { describeFailure } from "./describe-failure.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { usesPathStyle } from "./look-at-requests.ts";

/** Longest wait for a connection or an answer, in milliseconds. */
const maxWaitMs = 10_000;

/** A certificate that ends sooner than this is worth a warning, in days. */
const soonDays = 14;
const dayMs = 86_400_000;

/** Clocks that are kept in step differ by less, in milliseconds. */
const usualSkewMs = 30_000;

/** What doctor looks at from outside. */
export interface AddressPlan {
  readonly endpoint: URL;
  readonly bucket: string | undefined;
  readonly clock: () => number;
}

/** Looks at an endpoint until something is in the way. */
export async function* lookAtAddress(plan: AddressPlan): AsyncGenerator<Finding> {
  const { endpoint } = plan;
  const host = endpoint.hostname.replace(/^\[|\]$/g, "");
  const addresses = await addressesOf(host);
  if (addresses.length === 0) {
    const remedy = "add a DNS record for it, or use the address that `ossicle serve` prints";
    yield problem("name", `${host} does not resolve`, remedy);
    return;
  }
  if (isIP(host) === 0) yield ok("name", `${host} is ${addresses.join(" and ")}`);
  const port = Number(endpoint.port || (endpoint.protocol === "https:" ? 443 : 80));
  const failures = await Promise.all(addresses.map((address) => failureOf(address, port)));
  const silent = addresses.filter((_, at) => failures[at] !== undefined);
  if (silent.length === addresses.length) {
    const seen = `nothing answers at ${host}, port ${port} (${failures[0]})`;
    yield problem("port", seen, "start the store, or open the port in firewalls and containers");
    return;
  }
  if (silent.length > 0) {
    const seen = `nothing answers at ${silent.join(" and ")}, an address of ${host}`;
    yield warning("port", seen, "remove that DNS record: clients that try it first wait");
  } else yield ok("port", `${port} answers`);
  if (endpoint.protocol === "https:") {
    let isTrusted = true;
    for await (const finding of lookAtCertificate(plan, { host, port })) {
      yield finding;
      if (finding.level === "problem") isTrusted = false;
    }
    if (!isTrusted) return;
  } else if (!isOnThisMachine(addresses)) {
    const seen = "requests travel unencrypted; signatures protect them, bodies can be read";
    yield warning("TLS", seen, "give the store --tls-cert and --tls-key, or a proxy with TLS");
  }
  yield* lookAtAnswer(plan);
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return [...new Set(found.map(({ address }) => address))];
}

function isOnThisMachine(addresses: readonly string[]): boolean {
  return addresses.every((one) => one === "::1" || one.startsWith("127."));
}

/** Why no connection is made; undefined when one is. */
function failureOf(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (failure?: string): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(maxWaitMs, () => end("no answer"));
    socket.once("error", (cause: NodeJS.ErrnoException) => end(cause.code ?? cause.message));
    socket.connect(port, address, () => end());
  });
}

interface Shown {
  readonly certificate: PeerCertificate;
  /** Why the chain is not trusted: a code of OpenSSL. */
  readonly untrusted: string | undefined;
}

function readCertificate(host: string, port: number): Promise<Shown | string> {
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...servername, rejectUnauthorized: false });
    const end = (result: Shown | string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(maxWaitMs, () => end("no answer"));
    socket.once("error", (cause: NodeJS.ErrnoException) => end(cause.code ?? cause.message));
    socket.once("secureConnect", () => {
      const { authorized, authorizationError } = socket;
      const untrusted = authorized ? undefined : String(authorizationError);
      end({ certificate: socket.getPeerCertificate(true), untrusted });
    });
  });
}

const chainRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "renew the certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "use a certificate of an authority, or let clients trust this one",
  SELF_SIGNED_CERT_IN_CHAIN: "let clients trust the authority: NODE_EXTRA_CA_CERTS in Node",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "put the intermediate certificates into --tls-cert, behind it; for an authority of your own, " +
    "give doctor NODE_EXTRA_CA_CERTS",
};

async function* lookAtCertificate(
  { endpoint, bucket, clock }: AddressPlan,
  { host, port }: { readonly host: string; readonly port: number },
): AsyncGenerator<Finding> {
  const shown = await readCertificate(host, port);
  if (typeof shown === "string") {
    yield problem("TLS", `no TLS connection is made (${shown})`, "is the port one of plain HTTP?");
    return;
  }
  const { certificate, untrusted } = shown;
  const mismatch = checkServerIdentity(host, certificate);
  if (mismatch !== undefined) {
    const names = certificate.subjectaltname ?? String(certificate.subject.CN);
    yield problem("TLS", `the certificate is for ${names}`, `get one for ${host}`);
  } else if (untrusted !== undefined) {
    const remedy = chainRemedies[untrusted] ?? "let clients trust its authority";
    yield problem("TLS", `the certificate is not trusted (${untrusted})`, remedy);
  } else {
    const days = Math.floor((Date.parse(certificate.valid_to) - clock()) / dayMs);
    if (days < soonDays) {
      yield warning(
        "TLS",
        `the certificate ends in ${days} days`,
        "renew it; Ossicle uses the new one within seconds",
      );
    } else yield ok("TLS", `the certificate is trusted, and valid for ${days} days`);
  }
  if (bucket === undefined || usesPathStyle(endpoint)) return;
  if (checkServerIdentity(`${bucket}.${host}`, certificate) === undefined) return;
  const seen = `the certificate does not cover ${bucket}.${host}, as most SDKs address the bucket`;
  yield warning("TLS", seen, `get one for *.${host} too, or use path style in every SDK`);
}

async function* lookAtAnswer({ endpoint, clock }: AddressPlan): AsyncGenerator<Finding> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(maxWaitMs);
    response = await fetch(endpoint, { redirect: "manual", signal });
    await response.arrayBuffer();
  } catch (cause) {
    const reason = describeFailure(cause);
    const tls = endpoint.protocol === "http:" ? "the port may speak TLS: try https://; " : "";
    const remedy = `${tls}see the store's and the proxy's log`;
    yield problem("answer", `no answer comes (${reason})`, remedy);
    return;
  }
  const { status, headers } = response;
  const location = headers.get("location");
  if (location !== null) {
    const remedy = "give that address as --endpoint, or the store's own port";
    yield problem("answer", `${status} leads to ${location}`, remedy);
    return;
  }
  if (!headers.has("x-oss-request-id")) {
    const isGateway = status >= 502 && status <= 504;
    const remedy = isGateway
      ? "the proxy does not reach the store: look at its upstream address"
      : "the address is that of another server, or of the console's listener";
    yield problem("answer", `status ${status} comes from something else than a store`, remedy);
    return;
  }
  yield ok("answer", `a store answers (${headers.get("server") ?? "no Server header"})`);
  const skewMs = Date.parse(headers.get("date") ?? "") - clock();
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const seen = `the store's clock is ${seconds} s ${skewMs < 0 ? "behind" : "ahead of"} this one`;
  const remedy = "let both machines follow a time server; signatures are refused at 15 minutes";
  if (Number.isNaN(skewMs)) {
    yield warning("clock", "the answer has no Date header", "let the proxy keep the header");
  } else if (Math.abs(skewMs) >= maxSkewMs) yield problem("clock", seen, remedy);
  else if (Math.abs(skewMs) > usualSkewMs) yield warning("clock", seen, remedy);
  else yield ok("clock", "both clocks agree");
}
