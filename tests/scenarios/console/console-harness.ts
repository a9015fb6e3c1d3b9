// What the tests of the console share: a served store, an application that fails at times, and a
// browser whose every request is noted.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@ossicle/client";
import axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { type Application, answerJson, startApplication } from "../application.ts";
import { serveFolder, type Served, servedCredentials } from "../serve.ts";

/** Where screenshots of the run are kept. */
const pictures = fileURLToPath(new URL("../../../.cache/console", import.meta.url));

/** The bucket that every test has. */
export const bucket = "photos";

/** What axe finds, as much as is read of it. */
interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What is started once, for all tests of a file. */
interface Parts {
  readonly data: string;
  readonly served: Served;
  readonly application: Application;
  readonly client: Client;
  readonly browser: Browser;
  readonly state: { isBroken: boolean };
}

/** The store, its application and a browser. */
export class ConsoleHarness {
  readonly #parts: Parts;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  /** Addresses of all requests of the page, and all that it sent. */
  addresses: string[] = [];
  sent = "";

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  get data(): string {
    return this.#parts.data;
  }

  get application(): Application {
    return this.#parts.application;
  }

  get client(): Client {
    return this.#parts.client;
  }

  /** URL of the store. */
  get store(): string {
    return this.#parts.served.url;
  }

  /** URL of the admin listener. */
  get admin(): string {
    return /deliveries at (\S+)/.exec(this.#parts.served.output())?.[1] ?? "";
  }

  /** The page of this test. Throws before {@link open}. */
  get page(): Page {
    if (this.#page === undefined) throw new Error("no page is open");
    return this.#page;
  }

  /** The browser's profile of this test. Throws before {@link open}. */
  get context(): BrowserContext {
    if (this.#context === undefined) throw new Error("no page is open");
    return this.#context;
  }

  /** Starts everything. */
  static async start(): Promise<ConsoleHarness> {
    await mkdir(pictures, { recursive: true });
    const data = await mkdtemp(join(tmpdir(), "ossicle-console-"));
    const served = await serveFolder(data, ["--log-level", "silent", "--admin-port", "0"]);
    const state = { isBroken: false };
    const application = await startApplication((response) => {
      if (state.isBroken) response.writeHead(500, { "content-type": "text/plain" }).end("no disk");
      else answerJson(response);
    });
    const endpoint = served.url;
    const region = "cn-hangzhou";
    const client = createClient({ endpoint, region, credentials: servedCredentials });
    await client.putBucket({ bucket });
    const executablePath = "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    return new ConsoleHarness({ data, served, application, client, browser, state });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    const { browser, application, served, data } = this.#parts;
    await browser.close();
    await application.close();
    served.child.kill("SIGTERM");
    await served.exited;
    await rm(data, { recursive: true, force: true });
  }

  /** Opens a browser of its own for a test. */
  async open(): Promise<void> {
    this.breakApplication(false);
    this.addresses = [];
    this.sent = "";
    const viewport = { width: 1280, height: 860 };
    this.#context = await this.#parts.browser.newContext({ locale: "en-US", viewport });
    this.#page = await this.#context.newPage();
    this.#page.on("request", (request) => {
      this.addresses.push(request.url());
      this.sent += JSON.stringify([request.url(), request.headers(), request.postData()]);
    });
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  /** Lets the application answer callbacks with 500, or correctly again. */
  breakApplication(isBroken: boolean): void {
    this.#parts.state.isBroken = isBroken;
  }

  async signIn(path = "", credentials = servedCredentials): Promise<void> {
    const { page } = this;
    await page.goto(`${this.admin}/console${path}`);
    await page.getByLabel("Access key ID").fill(credentials.accessKeyId);
    await page.getByLabel("Access key secret").fill(credentials.accessKeySecret);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  /** Goes to a page of the console. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.admin}/console${path}`);
  }

  /** Stores an object with a callback to the application. */
  async upload(key: string): Promise<void> {
    const url = `${this.application.url}/uploaded`;
    const callback = { url, body: "object=${object}&size=${size}" };
    await this.client.putObject({ bucket, key, body: "x", callback }).catch(() => undefined);
  }

  /** The text of the page, without its frame. */
  text(): Promise<string> {
    return this.page.getByRole("main").innerText();
  }

  /** A card of the page, by its title. */
  card(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  /** The serious faults that axe finds on the page. */
  async faults(): Promise<readonly string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<Found>("axe.run()");
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  /** Keeps a picture of the page. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}
