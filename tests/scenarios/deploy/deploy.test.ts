// The files in deploy/, checked by tools of the systems that read them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { settings } from "@ossicle/server";
import { beforeAll, describe, expect, test } from "vitest";
import { Programs, run } from "./programs.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const programs = new Programs("deploy");
const manifests = readdirSync(join(root, "deploy/kubernetes"));

/** Variables in a text that are no settings. */
function unknownSettings(text: string): readonly string[] {
  const known = new Set(Object.values(settings).map(({ env }) => env));
  const named = text.match(/\bOSSICLE_[A-Z_]+/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  return named.filter((name) => !known.has(name));
}

beforeAll(() => programs.prepare(), 180_000);

test("the compose files follow the schema of Compose", () => {
  const files = ["deploy/compose.yaml", "deploy/compose.development.yaml"];
  expect(programs.checkSchema("vendor.compose-spec", ...files)).toContain("validation done");
});

test.each(manifests)("%s follows the schemas of Kubernetes", (name) => {
  const file = join("deploy/kubernetes", name);
  const output = run(programs.path("kubernetes-validate"), ["--strict", file]);
  const documents = readFileSync(join(root, file), "utf8").match(/^kind: /gm) ?? [];
  expect(output.match(/ passed for resource /g)).toHaveLength(documents.length);
});

describe("the chart", () => {
  const chart = "deploy/helm/ossicle";
  const cluster = ["--set", "cluster.enabled=true,existingSecret=ossicle"];
  const all = [
    "--set",
    "ingress.enabled=true,ingress.tlsSecret=tls,ingress.buckets=true," +
      "persistence.storageClass=ssd,settings.OSSICLE_WORKERS=2,secretFiles[0]=tls," +
      "podAnnotations.a=b,serviceAnnotations.c=d," +
      "imagePullSecrets[0].name=pull,nodeSelector.disk=ssd",
  ];
  const rendered = (...args: readonly string[]): string =>
    run(programs.path("helm"), ["template", "example", chart, ...args]);

  test.each([
    ["one store", [], ["statefulset", "service", "networkpolicy"]],
    ["one store behind an ingress", all, ["statefulset", "ingress"]],
    ["a cluster", cluster, ["deployment", "poddisruptionbudget", "job"]],
  ])("of %s has no complaint of helm, and follows the schemas of Kubernetes", (_, args, kinds) => {
    expect(run(programs.path("helm"), ["lint", "--strict", chart, ...args])).toContain(
      "0 chart(s) failed",
    );
    const file = join(programs.folder, "rendered.yaml");
    writeFileSync(file, rendered(...args));
    const output = run(programs.path("kubernetes-validate"), ["--strict", file]);
    const passed = [...output.matchAll(/ passed for resource (\w+)\//g)].map(([, kind]) => kind);
    expect(passed).toEqual(expect.arrayContaining(kinds));
  });

  test("of one store keeps its data in the volume, and a cluster keeps none", () => {
    const [one, nodes] = [rendered(), rendered(...cluster)];
    expect(one).toContain("{ name: OSSICLE_DATA, value: /data }");
    expect(one).toContain("{ name: data, mountPath: /data }");
    expect(nodes).not.toContain("/data");
    expect(nodes).toContain('secretRef: { name: "ossicle" }');
  });

  test("names the service where no other address is given, and buckets in the host", () => {
    expect(rendered()).toContain('"http://example-ossicle.default:80"');
    const behind = rendered(...all, "--set", "advertisedUrl=https://store.example.com");
    expect(behind).toContain('OSSICLE_ADVERTISED_URL, value: "https://store.example.com"');
    expect(behind).toContain('OSSICLE_BASE_DOMAINS, value: "ossicle.example.com"');
    expect(behind.match(/host: "\*\.ossicle\.example\.com"/g)).toHaveLength(1);
    expect(behind).toContain('mountPath: "/secrets/tls"');
    const labels = "monitoring.serviceMonitor=true,monitoring.labels.release=prometheus";
    const monitored = rendered("--set", labels);
    expect(monitored).toMatch(/kind: ServiceMonitor[^]*release: prometheus[^]*jobLabel:/);
  });

  test("speaks TLS where the store has a certificate, and writes whole numbers as such", () => {
    const values = join(programs.folder, "values.yaml");
    const settings = [
      "OSSICLE_TLS_CERT: /secrets/store.example.com-tls/tls.crt",
      "OSSICLE_TLS_KEY: /secrets/store.example.com-tls/tls.key",
      "OSSICLE_RETRY_MAX_AGE: 1209600",
    ];
    const secrets = "secretFiles: [store.example.com-tls]";
    writeFileSync(values, `${secrets}\nsettings:\n${settings.map((one) => `  ${one}\n`).join("")}`);
    const text = rendered("--values", values);
    expect(text).toContain("port: oss, scheme: HTTPS }");
    expect(text).toContain('OSSICLE_ADVERTISED_URL, value: "https://example-ossicle.default:80"');
    expect(text).toContain('OSSICLE_RETRY_MAX_AGE, value: "1209600"');
    expect(text).toContain("{ name: secret-0, mountPath:");
  });

  test.each(["123", "1store", "my.store", "a".repeat(53)])("is valid as release %s", (release) => {
    const file = join(programs.folder, "release.yaml");
    writeFileSync(file, run(programs.path("helm"), ["template", release, chart]));
    run(programs.path("kubernetes-validate"), ["--strict", file]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(`app.kubernetes.io/instance: "${release}"`);
    for (const [, name = ""] of text.matchAll(/^ {2}name: (\S+)$/gm)) {
      expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
    }
  });

  test("of a cluster without a secret, or with a misspelt value, is refused", () => {
    expect(() => rendered("--set", "cluster.enabled=true")).toThrow(
      "a cluster needs existingSecret",
    );
    expect(() => rendered("--set", "replicas=3")).toThrow("replicas");
    expect(() => rendered("--set-string", "settings.DRAIN=3")).toThrow("DRAIN");
    expect(() => rendered("--set-string", "settings.OSSICLE_PORT=1")).toThrow("settings");
  });

  test("sets only variables that are settings", () => {
    const texts = [rendered(), rendered(...cluster)].join("\n");
    expect(unknownSettings(texts)).toEqual([]);
  });
});

test("hadolint has no complaint of the Dockerfile, and shellcheck none of the scripts", () => {
  expect(run(programs.path("hadolint"), ["deploy/Dockerfile"])).toBe("");
  const scripts = ["deploy/github-action/start.sh", "deploy/dev-container/ossicle/install.sh"];
  const findings = readdirSync(join(root, "findings")).filter((name) => name.endsWith(".sh"));
  expect(findings.length).toBeGreaterThan(10);
  const all = [...scripts, ...findings.map((name) => join("findings", name)), ".ci/run"];
  expect(run(programs.path("shellcheck"), all)).toBe("");
});

test("HAProxy takes its configuration", () => {
  expect(run("haproxy", ["-c", "-f", "deploy/haproxy.cfg"])).toContain("is valid");
});

test("systemd takes the unit, and counts its exposure as low", () => {
  expect(run("systemd-analyze", ["verify", "deploy/ossicle.service"])).toBe("");
  const args = ["security", "--offline=true", "--threshold=25", "deploy/ossicle.service"];
  expect(run("systemd-analyze", args)).toContain("Overall exposure level");
});

test("every variable that the files set is a setting", () => {
  const files = [
    "compose.yaml",
    "compose.development.yaml",
    "haproxy.cfg",
    "Dockerfile",
    "ossicle.service",
  ].concat(manifests.map((name) => join("kubernetes", name)));
  const texts = files.map((file) => readFileSync(join(root, "deploy", file), "utf8")).join("\n");
  expect(unknownSettings(texts)).toEqual([]);
});

test("nodes get longer to end than they take to drain and to end their requests", () => {
  const inFlightSeconds = 30; // closeGraceMs in start-server.ts
  const compose = readFileSync(join(root, "deploy/compose.yaml"), "utf8");
  const args = ["template", "example", "deploy/helm/ossicle", "--set", "drainSeconds=60"];
  const node = run(programs.path("helm"), args);
  for (const [text, drain, grace] of [
    [compose, /OSSICLE_DRAIN: "(\d+)"/, /stop_grace_period: (\d+)s/],
    [node, /OSSICLE_DRAIN, value: "(\d+)"/, /terminationGracePeriodSeconds: (\d+)/],
  ] as const) {
    const [drainSeconds, graceSeconds] = [drain, grace].map((one) => Number(one.exec(text)?.[1]));
    expect(graceSeconds).toBeGreaterThan((drainSeconds ?? Infinity) + inFlightSeconds);
  }
});
