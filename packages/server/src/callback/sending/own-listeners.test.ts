// The store's own listeners, to which no callback goes.
import { expect, test } from "vitest";
import { isOwnListener, portOf } from "./own-listeners.ts";

test.each([
  ["http://127.0.0.1:9650", 9_650],
  ["http://127.0.0.1:80", 80],
  ["https://127.0.0.1:443", 443],
  ["https://[::1]:80", 80],
])("the port of %s is %i", (url, port) => {
  expect(portOf(url)).toBe(port);
});

test("a listener on port 80 of every address is found by any address of this machine", () => {
  const listeners = [{ host: "0.0.0.0", port: portOf("http://127.0.0.1:80") }];
  expect(isOwnListener(listeners, "127.0.0.1", 80)).toBe(true);
  expect(isOwnListener(listeners, "127.0.0.1", 81)).toBe(false);
  expect(isOwnListener(listeners, "192.0.2.1", 80)).toBe(false);
});
