// Reads the documents that an S3 store answers with.
import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** The document of an answer. */
export interface S3Document {
  /** The root element; null when the answer is empty. */
  readonly root: XmlElement | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Reads a document; null when there is none. Throws for a malformed one. */
export function parseDocument(text: string): XmlElement | null {
  return text.startsWith("<") ? parseXml(text).root : null;
}

/** The elements of a name directly inside another. */
export function childrenOf(element: XmlElement | null, name: string): readonly XmlElement[] {
  const children = element?.children ?? [];
  return children.filter((one) => one instanceof XmlElement).filter((one) => one.name === name);
}

/** The text of the first element of a name directly inside another; empty when there is none. */
export function textOf(element: XmlElement | null, name: string): string {
  return childrenOf(element, name)[0]?.text ?? "";
}
