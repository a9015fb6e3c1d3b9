// The configuration: where values come from, and that every mistake is named at once.
import { describe, expect, test } from "vitest";
import type { Configuration } from "./settings.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { describeTargets, effectiveTargets, reachedBy } from "./posture.ts";
import { readConfiguration } from "./read-configuration.ts";

const read = (file: Readonly<Record<string, unknown>>): Configuration =>
  readConfiguration({ flags: {}, env: {}, file });

describe("the configuration", () => {
  test("reads flags first, then the environment, the file, and the defaults", () => {
    const sources = {
      flags: { port: "1" },
      env: { OSSICLE_PORT: "2", OSSICLE_REGION: "cn-beijing" },
      file: {
        port: 3,
        region: "cn-x",
        workers: 2,
        customDomains: { "Img.Example.org": "pictures" },
      },
    };
    const found = readConfiguration(sources);
    expect(found).toMatchObject({ port: 1, region: "cn-beijing", workers: 2, host: "127.0.0.1" });
    expect(found.customDomains.get("img.example.org")).toBe("pictures");
  });

  test("lists every mistake in one error, and no secret", () => {
    const sources = {
      flags: { port: "70000", callbackTargets: "everywhere" },
      env: { OSS_ACCESS_KEY_ID: "has blanks", OSSICLE_WORKERS: "0" },
      file: { baseDomain: "typo", tlsCert: "/a.pem" },
    };
    let mistakes: readonly string[] = [];
    try {
      readConfiguration(sources);
    } catch (cause) {
      if (cause instanceof ConfigurationError) ({ mistakes } = cause);
    }
    expect(mistakes).toHaveLength(6);
    expect(mistakes.join("\n")).not.toContain("has blanks");
    expect(mistakes.join("\n")).toContain("--tls-cert and --tls-key must be set together");
  });

  test("does not call a malformed setting a missing one", () => {
    const flags = { metadata: "postgres://", blobs: "/blobs" };
    const read = (): unknown =>
      readConfiguration({ flags, env: { OSSICLE_SECRET_KEY: "5e".repeat(32) }, file: {} });
    expect(read).toThrow(/^--metadata \(hidden\): /);
    expect(read).not.toThrow("set together");
  });

  test.each(["admin-port", "--admin-port", "OSSICLE_ADMIN_PORT"])(
    "names the file's setting for %s",
    (name) => {
      const read = (): unknown => readConfiguration({ flags: {}, env: {}, file: { [name]: 1 } });
      expect(read).toThrow(`unknown setting "${name}": write "adminPort" instead`);
    },
  );

  test("allows private callback targets only while no setting exposes the store", () => {
    expect(reachedBy(read({}))).toBeUndefined();
    expect(effectiveTargets(read({}))).toBe("public,private");
    expect(describeTargets(read({}))).toContain("since only this machine reaches the store");
    for (const [file, setting] of [
      [{ host: "0.0.0.0" }, "--host"],
      [{ advertisedUrl: "https://oss.example.com" }, "--advertised-url"],
      [{ baseDomains: "oss.example.com" }, "--base-domains"],
      [{ customDomains: "a.example.com=bucket" }, "--custom-domains"],
      [{ trustedProxies: "10.0.0.1/32" }, "--trusted-proxies"],
    ] as const) {
      expect(effectiveTargets(read(file))).toBe("public");
      expect(describeTargets(read(file))).toContain(`since ${setting} is set`);
    }
  });

  test("takes --callback-targets even when others can reach the store", () => {
    const named = read({ host: "0.0.0.0", callbackTargets: "10.0.0.0/8" });
    expect(effectiveTargets(named)).toBe("10.0.0.0/8");
    expect(describeTargets(named)).toBe("callbacks may go to 10.0.0.0/8 (--callback-targets)");
  });

  test.each(["127.0.0.1", "127.0.0.2", "::1", "localhost"])("treats %s as loopback", (host) => {
    expect(reachedBy(read({ host }))).toBeUndefined();
  });
});
