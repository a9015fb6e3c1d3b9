// The packages as `npm publish` would upload them, in a registry of their own.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Names of the published packages' folders. */
export const published = [
  "protocol",
  "store",
  "server",
  "client",
  "kit",
  "testcontainers",
  "cli",
] as const;

/** Packs all packages into a folder. They must be built. */
export function packAll(into: string): void {
  const env = { ...process.env, OSSICLE_BUILT: "1" };
  const workspaces = published.map((name) => `--workspace=packages/${name}`);
  const args = ["pack", ...workspaces, "--pack-destination", into];
  execFileSync("npm", args, { cwd: root, env, stdio: "ignore" });
}

/** A registry of the packages in scope `@ossicle`. */
export interface Registry {
  readonly url: string;
  readonly close: () => void;
}

/** Serves the tarballs in a folder by the protocol of npm's registry, as far as npm reads it. */
export async function serveRegistry(folder: string): Promise<Registry> {
  const tarballs = readdirSync(folder).filter((name) => name.startsWith("ossicle-"));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    const tarball = tarballs.find((name) => path === `/${name}`);
    if (tarball !== undefined) {
      response.end(readFileSync(join(folder, tarball)));
      return;
    }
    const name = /^\/@ossicle\/([a-z]+)$/.exec(path)?.[1];
    const packed = tarballs.find((one) => one.startsWith(`ossicle-${name}-`));
    if (name === undefined || packed === undefined) response.writeHead(404).end();
    else response.end(JSON.stringify(describe(name, { file: join(folder, packed), url: packed })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const describe = (name: string, { file, url }: { file: string; url: string }): object => {
    const manifest = JSON.parse(
      readFileSync(join(root, "packages", name, "package.json"), "utf8"),
    ) as { readonly name: string; readonly version: string };
    const hash = createHash("sha512").update(readFileSync(file)).digest("base64");
    const dist = { tarball: `${base}/${url}`, integrity: `sha512-${hash}` };
    return {
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    };
  };
  return {
    url: base,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
