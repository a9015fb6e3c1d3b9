// How clients reach the store: the scheme, host and port that answers name.
import { expect, test } from "vitest";
import { endpointRule } from "./route.ts";
import { readTarget } from "../http/read-target.ts";

const hosts = { baseDomains: ["oss.example.com"], customDomains: new Map<string, string>() };

function place(advertised: string | undefined, host: string, secure: boolean): object {
  const body = { lengthBytes: 0, chunks: (async function* none() {})() };
  const message = { method: "PUT", target: "/k", headers: { host }, body, clientIp: "", secure };
  const rule = endpointRule(advertised, () => "http://127.0.0.1:9650");
  return rule(message, readTarget(message, hosts));
}

test.each([
  [
    undefined,
    "127.0.0.1:9650",
    false,
    { scheme: "http", endpoint: "127.0.0.1:9650", byHost: false },
  ],
  [
    undefined,
    "127.0.0.1:9650",
    true,
    { scheme: "https", endpoint: "127.0.0.1:9650", byHost: false },
  ],
  ["https://s.com", "10.0.0.1", false, { scheme: "https", endpoint: "s.com", byHost: false }],
  [
    "http://s.com:8080",
    "10.0.0.1",
    true,
    { scheme: "http", endpoint: "s.com:8080", byHost: false },
  ],
  [
    "https://s.com",
    "b.oss.example.com",
    false,
    { scheme: "https", endpoint: "s.com", byHost: true },
  ],
  [
    undefined,
    "b.oss-cn-hangzhou.aliyuncs.com",
    true,
    { scheme: "https", endpoint: "127.0.0.1:9650", byHost: false },
  ],
])("advertised %s, Host %s, TLS %s: answers name %o", (advertised, host, secure, expected) => {
  expect(place(advertised, host, secure)).toEqual(expected);
});
