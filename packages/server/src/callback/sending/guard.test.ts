// Where callbacks may go, for names and addresses in every spelling.
import { OssError, parseCallbackUrl } from "@ossicle/protocol";
import { describe, expect, test } from "vitest";
import { Guard, TargetRefusedError } from "./guard.ts";
import { isOwnListener } from "./own-listeners.ts";
import { parseTargetPolicy, type TargetPolicy } from "../../configuration/target-policy.ts";

function policy(text: string): TargetPolicy {
  const parsed = parseTargetPolicy(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

describe("a policy", () => {
  test.each([
    ["public", "8.8.8.8", true],
    ["public", "2606:4700::1111", true],
    ["public", "127.0.0.1", false],
    ["public", "10.1.2.3", false],
    ["public", "172.16.0.1", false],
    ["public", "192.168.1.1", false],
    ["public", "169.254.169.254", false],
    ["public", "100.64.0.1", false],
    ["public", "0.0.0.0", false],
    ["public", "224.0.0.1", false],
    ["public", "255.255.255.255", false],
    ["public", "::1", false],
    ["public", "::", false],
    ["public", "fc00::1", false],
    ["public", "fe80::1", false],
    ["public", "::ffff:127.0.0.1", false],
    ["public", "::ffff:8.8.8.8", true],
    ["public", "64:ff9b::7f00:1", false],
    ["public", "2002:7f00:1::", false],
    ["public", "not an address", false],
    ["private", "127.0.0.1", true],
    ["private", "::1", true],
    ["private", "10.1.2.3", true],
    ["private", "169.254.169.254", false],
    ["private", "8.8.8.8", false],
    ["private", "100.100.100.200", false],
    ["private", "fd00:ec2::254", false],
    ["private", "fd00:ec2::23", false],
    ["private", "fd20:ce::254", false],
    ["private", "fd00:c1::a9fe:a9fe", false],
    ["private", "fd00:ec2::1", true],
    ["public", "168.63.129.16", false],
    ["private", "168.63.129.16", false],
    ["public,private", "::ffff:168.63.129.16", false],
    ["168.63.129.16/32", "168.63.129.16", true],
    ["100.100.100.200/32", "100.100.100.200", true],
    ["public,private", "8.8.8.8", true],
    ["10.0.0.0/8", "10.9.9.9", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["169.254.169.254/32", "169.254.169.254", true],
  ])("of %s allows %s: %s", (text, address, allowed) => {
    expect(policy(text).allows(address)).toBe(allowed);
  });

  test.each(["", "everything", "10.0.0.0", "10.0.0.0/33", "public,"])("cannot be %j", (text) => {
    expect(parseTargetPolicy(text)).toBeUndefined();
  });
});

describe("the store's own listeners", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1", 80, true],
    ["127.0.0.1", "127.0.0.1", 81, false],
    ["127.0.0.1", "::ffff:127.0.0.1", 80, true],
    ["127.0.0.1", "127.0.0.2", 80, false],
    ["localhost", "::1", 80, true],
    ["0.0.0.0", "127.0.0.2", 80, true],
    ["::", "0.0.0.0", 80, true],
    ["::", "8.8.8.8", 80, false],
    ["store.internal", "127.0.0.1", 80, true],
    ["store.internal", "8.8.8.8", 80, false],
  ])("at %s include %s port %i: %s", (host, address, port, isOwn) => {
    expect(isOwnListener([{ host, port: 80 }], address, port)).toBe(isOwn);
  });
});

describe("the guard", () => {
  const urls = (text: string): NonNullable<ReturnType<typeof parseCallbackUrl>>[] => {
    const parsed = parseCallbackUrl(text);
    return parsed === undefined ? [] : [parsed];
  };

  test("refuses a private literal before anything is stored", async () => {
    const guard = new Guard(policy("public"));
    await expect(guard.checkEarly(urls("http://127.0.0.1:8088/"), "{}")).rejects.toMatchObject({
      code: "InvalidArgument",
      ec: "0007-00000008",
      message: "Private address is forbidden to callback.",
    });
  });

  test("refuses a name if all its addresses are refused, not one without addresses", async () => {
    const answers = new Map([
      ["a.example.com", ["10.0.0.1", "::1"]],
      ["b.example.com", ["10.0.0.1", "8.8.8.8"]],
    ]);
    const resolve = (host: string): Promise<readonly string[]> => {
      const found = answers.get(host);
      return found === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(found);
    };
    const guard = new Guard(policy("public"), { resolve });
    await expect(guard.checkEarly(urls("http://a.example.com/"), "{}")).rejects.toMatchObject({
      ec: "0007-00000007",
    });
    await guard.checkEarly(urls("http://b.example.com/"), "{}");
    await guard.checkEarly(urls("http://c.example.com/"), "{}");
    expect(await guard.vet("b.example.com", 80)).toEqual(["8.8.8.8"]);
  });

  test("refuses the store's own listeners under every policy, and reports it", async () => {
    const told: string[] = [];
    const own = (address: string, port: number): boolean =>
      isOwnListener([{ host: "0.0.0.0", port: 9_651 }], address, port);
    const guard = new Guard(policy("public,private"), {
      own,
      resolve: () => Promise.resolve(["127.0.0.1"]),
      onRefused: (reason) => told.push(reason),
    });
    for (const host of ["127.0.0.1", "127.8.9.1", "own.example.com"]) {
      await expect(guard.checkEarly(urls(`http://${host}:9651/`), "{}")).rejects.toThrow(OssError);
    }
    await expect(guard.vet("127.0.0.1", 9_651)).rejects.toThrow(TargetRefusedError);
    await guard.checkEarly(urls("http://127.0.0.1:9650/"), "{}");
    expect(told.length).toBeGreaterThanOrEqual(3);
  });

  test("names the setting that would allow a private address", async () => {
    const told: string[] = [];
    const guard = new Guard(policy("public"), { onRefused: (reason) => told.push(reason) });
    await expect(guard.checkEarly(urls("http://10.1.2.3/"), "{}")).rejects.toThrow(OssError);
    expect(told.join()).toContain("--callback-targets");
  });

  test("resolves again when it connects, so that a rebound name is refused", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"]];
    const guard = new Guard(policy("public"), {
      resolve: () => Promise.resolve(answers.shift() ?? []),
    });
    await guard.checkEarly(urls("http://a.example.com/"), "{}");
    await expect(guard.vet("a.example.com", 80)).rejects.toThrow(TargetRefusedError);
  });
});
