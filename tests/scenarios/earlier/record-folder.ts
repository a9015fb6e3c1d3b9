// Writes `folder-COMMIT.json.gz`: the data folder of a server of an earlier commit, which was
// killed. Run it with a commit: npx tsx --conditions=@ossicle/source … record-folder.ts COMMIT
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildEarlier, programOf } from "../../../scripts/build-earlier.ts";
import { serveFolder } from "../serve.ts";
import { readFolder } from "./folders.ts";
import { tellStory } from "./story.ts";

const [commit = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "ossicle-earlier-"));
try {
  const program = [programOf(buildEarlier(commit)), "serve"];
  const { url, child, exited } = await serveFolder(folder, [], { program });
  await tellStory(url);
  child.kill("SIGKILL");
  await exited;
  const file = new URL(`folder-${commit}.json.gz`, import.meta.url);
  await writeFile(file, gzipSync(JSON.stringify(await readFolder(folder)), { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
