// A small XML reader for OSS documents: elements and text, no DTD, the five named and the numeric
// entities, bounded depth and size. It accepts control characters, which SDKs send in keys and
// which strict parsers refuse.

/** An element: its local name, its children, and the text directly inside it. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** The document is not well-formed, or beyond a bound. */
export class XmlError extends Error {
  override readonly name: string = "XmlError";
}

/** Deepest nesting that is read; OSS's deepest document (lifecycle) has six levels. */
export const maxXmlDepth = 32;

/**
 * Most elements in a document: a DeleteMultipleObjects of 1,000 keys with version ids has 3,002.
 */
export const maxXmlElements = 65_536;

interface OpenElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const entityNames: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

const namePattern = /^[A-Za-z_\u0080-\uffff][\w.\-:\u0080-\uffff]*$/;

/** Reads a document and returns its root. Throws XmlError. */
export function parseXml(source: string): XmlElement {
  const reader = new Reader(source);
  return reader.document();
}

class Reader {
  readonly #source: string;
  #at = 0;
  #elements = 0;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;

  constructor(source: string) {
    this.#source = source.startsWith("\ufeff") ? source.slice(1) : source;
  }

  document(): XmlElement {
    while (this.#at < this.#source.length) {
      const tag = this.#source.indexOf("<", this.#at);
      this.#takeText(tag < 0 ? this.#source.length : tag);
      if (tag >= 0) this.#takeMarkup();
    }
    if (this.#open.length > 0) throw new XmlError(`<${this.#open.at(-1)?.name}> is not closed`);
    if (this.#root === undefined) throw new XmlError("no root element");
    return this.#root;
  }

  #takeText(end: number): void {
    const raw = this.#source.slice(this.#at, end);
    this.#at = end;
    const current = this.#open.at(-1);
    if (current !== undefined) current.text += unescapeXml(raw);
    else if (raw.trim() !== "") throw new XmlError("text outside the root element");
  }

  #takeMarkup(): void {
    if (this.#source.startsWith("<!--", this.#at)) this.#skipPast("-->");
    else if (this.#source.startsWith("<?", this.#at)) this.#skipPast("?>");
    else if (this.#source.startsWith("<![CDATA[", this.#at)) this.#takeCdata();
    else if (this.#source.startsWith("<!", this.#at)) throw new XmlError("a DTD is not accepted");
    else this.#takeTag();
  }

  #skipPast(terminator: string): void {
    const end = this.#source.indexOf(terminator, this.#at);
    if (end < 0) throw new XmlError(`"${terminator}" is missing`);
    this.#at = end + terminator.length;
  }

  #takeCdata(): void {
    const start = this.#at + "<![CDATA[".length;
    this.#skipPast("]]>");
    const current = this.#open.at(-1);
    if (current === undefined) throw new XmlError("text outside the root element");
    current.text += this.#source.slice(start, this.#at - "]]>".length);
  }

  #takeTag(): void {
    const end = this.#source.indexOf(">", this.#at);
    if (end < 0) throw new XmlError("a tag is not closed");
    const inside = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    if (inside.startsWith("/")) this.#close(inside.slice(1).trimEnd());
    else this.#openTag(inside);
  }

  #openTag(inside: string): void {
    const empty = inside.endsWith("/");
    const body = empty ? inside.slice(0, -1) : inside;
    const space = body.search(/\s/);
    const name = space < 0 ? body : body.slice(0, space);
    if (!namePattern.test(name)) throw new XmlError("a tag's name is not valid");
    if (space >= 0) checkAttributes(body.slice(space));
    if (this.#root !== undefined) throw new XmlError("more than one root element");
    this.#elements += 1;
    if (this.#elements > maxXmlElements) throw new XmlError("too many elements");
    if (this.#open.length >= maxXmlDepth) throw new XmlError(`nested beyond ${maxXmlDepth} levels`);
    this.#open.push({ name: localName(name), children: [], text: "" });
    if (empty) this.#close(name);
  }

  #close(name: string): void {
    const element = this.#open.pop();
    if (element === undefined || element.name !== localName(name)) {
      throw new XmlError(`</${name}> does not close the open element`);
    }
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function checkAttributes(raw: string): void {
  if (!/^(?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*$/.test(raw)) {
    throw new XmlError("an attribute is not valid");
  }
}

function unescapeXml(raw: string): string {
  if (!raw.includes("&")) return raw;
  return raw.replace(/&([^;&]{0,10});?/g, (whole: string, entity: string) => {
    const named = whole.endsWith(";") ? entityNames[entity] : undefined;
    if (named !== undefined) return named;
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(entity);
    const hex = numeric?.[1];
    const code = hex === undefined ? Number(numeric?.[2]) : Number.parseInt(hex, 16);
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    if (!whole.endsWith(";") || surrogate || !(code <= 0x10ffff))
      throw new XmlError(`"${whole}" is not an accepted entity`);
    return String.fromCodePoint(code);
  });
}
