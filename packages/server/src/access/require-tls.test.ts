// What a bucket accepts of TLS.
import { expect, test } from "vitest";
import type { HttpsConfiguration } from "@ossicle/protocol";
import { requireTls } from "./require-tls.ts";

const newest = { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" };
const older = { version: "TLSv1.2", cipher: "ECDHE-RSA-AES256-GCM-SHA384" };
const weak = { version: "TLSv1.2", cipher: "AES128-SHA" };
const suites = {
  enable: true,
  customCipherSuite: ["AES128-SHA"],
  tls13CustomCipherSuite: ["TLS_AES_256_GCM_SHA384"],
};

test.each<[name: string, https: HttpsConfiguration, accepted: readonly object[]]>([
  ["nothing", {}, [newest, older, weak]],
  ["TLSv1.3", { tls: { enable: true, tlsVersion: ["TLSv1.3"] } }, [newest]],
  ["TLSv1.2", { tls: { enable: true, tlsVersion: ["TLSv1.2"] } }, [older, weak]],
  ["no version in truth", { tls: { enable: false, tlsVersion: [] } }, [newest, older, weak]],
  ["suites by their names", { cipherSuite: suites }, [newest, weak]],
  ["strong suites", { cipherSuite: { ...suites, strongCipherSuite: true } }, [newest, older]],
  ["no suites in truth", { cipherSuite: { ...suites, enable: false } }, [newest, older, weak]],
])("a bucket that asks for %s refuses all else", (_name, https, accepted) => {
  for (const connection of [newest, older, weak]) {
    const check = (): void => requireTls(https, connection);
    if (accepted.includes(connection)) check();
    else expect(check).toThrow(expect.objectContaining({ code: "AccessDenied" }));
  }
});
