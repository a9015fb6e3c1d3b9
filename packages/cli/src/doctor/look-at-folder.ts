// Looks at a data folder and its disk.
import { access, constants, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { describeFailure } from "./describe-failure.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Kinds of file systems that a store should not lie on: `f_type` of statfs(2), from magic.h. */
const poorKinds: Readonly<Record<number, { readonly name: string; readonly why: string }>> = {
  0x6969: { name: "NFS", why: "locks and syncs of a database are not reliable there" },
  0xff534d42: { name: "CIFS", why: "locks and syncs of a database are not reliable there" },
  0xfe534d42: { name: "SMB", why: "locks and syncs of a database are not reliable there" },
  0x65735546: { name: "FUSE", why: "locks and syncs of a database may not be reliable there" },
  0x01021994: { name: "tmpfs", why: "it is memory, and lost when the machine stops" },
  0x794c7630: { name: "overlayfs", why: "it is a container's own layer, and lost with it" },
};

const mebibyte = 1_048_576;

/** Looks at the folder of a store that keeps `reserveMib` free. */
export async function* lookAtFolder(folder: string, reserveMib: number): AsyncGenerator<Finding> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = describeFailure(cause);
    const remedy =
      reason === "ENOENT" || reason === "ENOTDIR"
        ? "name the folder that the store was started with"
        : "run doctor as the user that serves";
    yield problem("folder", `${folder} cannot be used (${reason})`, remedy);
    return;
  }
  if ((await stat(join(folder, "metadata")).catch(() => undefined)) === undefined) {
    const remedy = "name the folder that the store was started with";
    yield warning("folder", `${folder} holds no store`, remedy);
  }
  const { type, bavail, bsize, files, ffree } = await statfs(folder);
  const poor = poorKinds[type >>> 0];
  if (poor === undefined) yield ok("folder", `${folder} can be read and written`);
  else {
    const seen = `${folder} is on ${poor.name}: ${poor.why}`;
    yield warning("folder", seen, "put the data folder on a local disk or a volume");
  }
  const freeMib = Math.floor((bavail * bsize) / mebibyte);
  const seen = `${freeMib} MiB are free; the store refuses uploads below ${reserveMib} MiB`;
  const remedy = "free space, or move the data folder to a larger disk";
  if (freeMib <= reserveMib) yield problem("disk", seen, remedy);
  else if (freeMib < 10 * reserveMib) yield warning("disk", seen, remedy);
  else yield ok("disk", seen);
  if (files > 0 && ffree < files / 20) {
    const left = `${ffree} of ${files} inodes are free`;
    yield warning("disk", left, "every large object takes a file: make the file system anew");
  }
}
