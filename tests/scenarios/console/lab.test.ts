// The callback lab: a callback is composed, explained, sent, and written as code.
import { encodeParameter } from "@ossicle/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { bucket, ConsoleHarness } from "./console-harness.ts";

let harness: ConsoleHarness;
beforeAll(async () => {
  harness = await ConsoleHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.open();
  await harness.signIn("/lab");
});
afterEach(() => harness.close());

const compose = async (url: string): Promise<void> => {
  await harness.page.getByLabel(/^URL; several/).fill(url);
};

test("variables are completed while the body is typed", async () => {
  const { page } = harness;
  const body = page.getByLabel(/^Body; type/);
  await body.fill("");
  await body.pressSequentially("w=${imageInfo.w");
  const offer = page.getByRole("option", { name: "imageInfo.width" });
  await offer.waitFor();
  expect(await harness.faults()).toEqual([]);
  await page.keyboard.press("Enter");
  expect(await body.inputValue()).toBe("w=${imageInfo.width}");
  await body.pressSequentially("&s=${si");
  await page.keyboard.press("Tab");
  expect(await body.inputValue()).toBe("w=${imageInfo.width}&s=${size}");
  expect(await harness.card("The request for a sample upload").innerText()).toContain("w=640&s=5");
});

test("a callback is sent to the application, and its answer is judged", async () => {
  const { page, application } = harness;
  await compose(`${application.url}/tried?a=b`);
  await page.getByRole("button", { name: "Send now" }).click();
  await page.getByText("The application confirmed it.").waitFor();
  await page.getByText("Its signature is valid for path, query and body").waitFor();
  const received = application.received.at(-1);
  expect(received).toMatchObject({
    target: "/tried?a=b",
    body: "bucket=examplebucket&object=exampledir%2Fexample%20object.jpg&size=5&user=42",
  });
  expect(received?.headers["authorization"]).toMatch(/^[\w+/]+=*$/);
  harness.breakApplication(true);
  await page.getByRole("button", { name: "Send now" }).click();
  await page.getByText("An uploader would get 203: Error status : 500.").waitFor();
  await page.getByText("the application failed").waitFor();
  expect(await harness.faults()).toEqual([]);
  await harness.goTo("/deliveries");
  await page.getByText("No upload has asked for a callback yet.").waitFor();
});

test("an address that callbacks may not go to is refused with its reason", async () => {
  await compose("http://169.254.169.254/latest");
  await harness.page.getByRole("button", { name: "Send now" }).click();
  await harness.card("Send it").getByRole("alert").waitFor();
  expect(await harness.card("Send it").innerText()).toContain("InvalidArgument");
});

test("a pasted value is explained, and what is wrong with it", async () => {
  const { page } = harness;
  const explanation = harness.card("Explanation");
  const paste = (value: string): Promise<void> =>
    page.getByLabel("x-oss-callback", { exact: true }).fill(value);
  await paste(encodeParameter({ callbackUrl: "http://a.com/", callbackBody: "$x" }));
  await explanation.getByText("EC 0007-00000105").waitFor();
  await paste("***");
  await explanation.getByText("EC 0007-00000002").waitFor();
  await page.getByText("so there is no form for them").waitFor();
  await paste('{"callbackUrl":"http://a.com/","callbackBody":"b"}');
  await explanation.getByText("must be the Base64 of this JSON").waitFor();
  await paste(encodeParameter({ callbackUrl: "http://a.com/", callbackBody: "o=${Object}" }));
  await explanation.getByText("did you mean object?").waitFor();
  expect(await page.getByLabel(/^Body; type/).inputValue()).toBe("o=${Object}");
});

test("what is composed stands in the address, which can be shared", async () => {
  const { page } = harness;
  await compose("http://shared.example/cb");
  await page.getByLabel("Type of the body").selectOption("json");
  // The address follows after a pause.
  await expect.poll(() => page.url()).toContain("callback=");
  await page.waitForTimeout(600);
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  expect(await page.getByLabel(/^URL; several/).inputValue()).toBe("http://shared.example/cb");
  expect(await page.getByLabel("Type of the body").inputValue()).toBe("json");
});

test("the code of curl and of the form uploads as it stands", async () => {
  const { application, client } = harness;
  await compose(`${application.url}/code`);
  const code = harness.card("Code");
  await code.getByLabel("SDK").selectOption("curl");
  await code.getByLabel("Bucket").fill(bucket);
  await code.getByLabel("Key").fill("by-curl.txt");
  await expect.poll(() => code.locator("pre").innerText()).toContain("by-curl.txt");
  const url = /'([^']+)'/.exec(await code.locator("pre").innerText())?.[1] ?? "";
  const answer = await fetch(url, { method: "PUT", body: new Uint8Array(5) });
  expect([answer.status, await answer.text()]).toEqual([200, '{"Status":"OK"}']);
  expect(application.received.at(-1)?.target).toBe("/code");
  await code.getByLabel("SDK").selectOption("form");
  await code.getByLabel("Key").fill("by-form.txt");
  await expect.poll(() => code.locator("pre").innerText()).toContain("by-form.txt");
  const html = await code.locator("pre").innerText();
  const form = new FormData();
  for (const [, name = "", value = ""] of html.matchAll(/name="([^"]+)" value="([^"]*)"/g)) {
    form.append(
      name,
      value.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
    );
  }
  form.append("file", new Blob(["hello"]), "f");
  const target = /action="([^"]+)"/.exec(html)?.[1] ?? "";
  const posted = await fetch(target, { method: "POST", body: form });
  expect([posted.status, await posted.text()]).toEqual([200, '{"Status":"OK"}']);
  expect(await (await client.getObject({ bucket, key: "by-form.txt" })).text()).toBe("hello");
});
