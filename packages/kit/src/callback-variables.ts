// The variables of a callback's body: strings out of a form, and values of any type out of a JSON
// body.

/** Variables by name. */
export interface CallbackVariables {
  /** A variable as text; undefined when the body has none of that name. */
  readonly text: (name: string) => string | undefined;
  /** A variable as a whole number; undefined when it is none. */
  readonly integer: (name: string) => number | undefined;
  /** All of them: strings from a form, any JSON value from a JSON body. */
  readonly all: Readonly<Record<string, unknown>>;
}

/** Reads a body by its media type. A body that cannot be read has no variables. */
export function parseVariables(
  contentType: string | undefined,
  body: Uint8Array,
): CallbackVariables {
  const source = new TextDecoder().decode(body);
  const all = contentType?.startsWith("application/json") ? parseJson(source) : parseForm(source);
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  };
  return {
    all,
    text,
    integer: (name) => {
      const value = text(name);
      return value !== undefined && /^-?\d{1,16}$/.test(value) ? Number(value) : undefined;
    },
  };
}

// If a name is repeated, its first value is used.
function parseForm(source: string): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(source)) out[name] ??= value;
  return out;
}

function parseJson(source: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
