// The address of a database: one URL with one host or several, of which one is the primary.

/** A database's address, taken apart. */
export interface DatabaseAddress {
  /** A URL for each host, as the driver takes it. */
  readonly urls: readonly string[];
  /** Whether connections keep prepared statements. Default true. */
  readonly prepares: boolean;
  /** The address for people: hosts and database, without user, password and parameters. */
  readonly shown: string;
}

const pattern = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^@/?]+)(\/[^@?]+)(?:\?(.*))?$/;

/**
 * Reads `postgres://user:password@host:port,host:port/database?…`. Throws TypeError when the text
 * is no such URL. The message does not repeat the text, which may hold a password. The parameter
 * `prepare=false` is for poolers without prepared statements. The driver reads the others.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const [, start = "", hosts = "", path = "", query = ""] = pattern.exec(text) ?? [];
  const names = hosts.split(",");
  if (names.includes("")) {
    throw new TypeError("a database is postgres://user:password@host:port,…/database");
  }
  const parameters = new URLSearchParams(query);
  const prepare = parameters.get("prepare") ?? "true";
  if (prepare !== "true" && prepare !== "false") {
    throw new TypeError("the database's parameter prepare is true or false");
  }
  parameters.delete("prepare");
  const rest = parameters.size === 0 ? "" : `?${parameters.toString()}`;
  const urls = names.map((host) => `${start}${host}${path}${rest}`);
  if (!urls.every((url) => URL.canParse(url))) {
    throw new TypeError("the database's URL is malformed: encode its user and password by percent");
  }
  return { urls, prepares: prepare === "true", shown: `postgres://${hosts}${path}` };
}
