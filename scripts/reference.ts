// `npm run reference`: writes the pages of docs that are made from the program's tables.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference-pages.ts";
import { root } from "./steps.ts";

for (const [name, text] of referencePages()) {
  writeFileSync(join(root, "docs", name), text);
}
