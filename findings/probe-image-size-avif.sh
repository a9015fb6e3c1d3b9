#!/usr/bin/env bash
# Package: probe-image-size 7.5.0 (with pillow 13.0.0, which writes the images, and sharp 0.35.5).
# Expected: an image has the same orientation in each format. A photo that must be turned a quarter
#   clockwise has orientation 6, whether the file says so in EXIF (JPEG) or as a rotation of its own
#   (`irot`, in an AVIF without EXIF). Pillow reads 6 from both, and sharp turns both alike.
# Seen: probe-image-size returns 6 for the JPEG and 8 for the AVIF, and the reverse for 8. So a
#   reader that follows it shows the AVIF upside down. Orientations 2 to 5 and 7 are right, and so
#   are the width and the height.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check pillow==13.0.0
cd "$dir"
venv/bin/python - <<'PY'
from PIL import Image

image = Image.new("RGB", (400, 200), "red")
image.paste("blue", (0, 0, 100, 200))  # the left edge
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for suffix in ("jpg", "avif"):
        image.save(f"{orientation}.{suffix}", exif=exif)
        with Image.open(f"{orientation}.{suffix}") as saved:
            assert saved.getexif()[0x0112] == orientation, (orientation, suffix)
PY
cat > main.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import probe from "probe-image-size";
import sharp from "sharp";

const require = createRequire(import.meta.url);
console.log("probe-image-size", require("probe-image-size/package.json").version);
async function blueEdge(file) {
  const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
  const isBlue = (x, y) => data[(y * info.width + x) * info.channels + 2] > 128;
  const [right, bottom] = [info.width - 1, info.height - 1];
  if (isBlue(0, 0)) return isBlue(right, 0) ? "top" : "left";
  return isBlue(right, 0) ? "right" : "bottom";
}
let isAsSeen = true;
for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
  const [jpeg, avif] = ["jpg", "avif"].map((suffix) => readFileSync(`${orientation}.${suffix}`));
  const found = [jpeg, avif].map((file) => probe.sync(file).orientation);
  const edges = [await blueEdge(jpeg), await blueEdge(avif)];
  console.log(`${orientation}: JPEG ${found[0]}, AVIF ${found[1]}; blue edge shown at`, edges);
  const seen = { 6: 8, 8: 6 }[orientation] ?? orientation;
  isAsSeen &&= found[0] === orientation && found[1] === seen && edges[0] === edges[1];
}
if (!isAsSeen) console.log("This differs from what is described above.");
process.exit(isAsSeen ? 0 : 1);
JS
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error probe-image-size@7.5.0 sharp@0.35.5 > /dev/null
node main.mjs
