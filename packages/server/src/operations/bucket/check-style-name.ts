// Checks the name of a style. The ECs are those of OSS's pages 0017-000002nn.
import { OssError } from "@ossicle/protocol";

/** Throws InvalidArgument. The name is undefined if the request has no such parameter. */
export function checkStyleName(name: string | undefined): void {
  if (name !== undefined && /^[A-Za-z0-9_.-]{1,63}$/.test(name)) return;
  const message = `The value: ${name ?? ""} of parameter: stylename is invalid.`;
  const ec =
    name === undefined || name === "" || name.length > 63 ? "0017-00000250" : "0017-00000251";
  const details = { ArgumentName: "stylename", ArgumentValue: name ?? "" };
  throw new OssError("InvalidArgument", details, { message, ec });
}
