// Tests the XML reader: against a library, by round trips, and with hostile documents.
import { XMLParser } from "fast-xml-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeXml } from "./escape.ts";
import { maxXmlDepth, parseXml, XmlError, type XmlElement } from "./parse.ts";

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,6}$/);
const words = fc.stringMatching(/^[ -~]{0,12}$/);
const tree: fc.Memo<XmlElement> = fc.memo((depth) =>
  depth <= 1
    ? fc.record({ name, text: words, children: fc.constant([]) })
    : fc.oneof(
        fc.record({ name, text: words, children: fc.constant([]) }),
        fc.record({ name, text: fc.constant(""), children: fc.array(tree(), { maxLength: 4 }) }),
      ),
);

function write(element: XmlElement): string {
  const inside = escapeXml(element.text) + element.children.map(write).join("");
  return `<${element.name}>${inside}</${element.name}>`;
}

// fast-xml-parser's ordered form: [{ name: [children or { "#text": … }] }].
type Ordered = Record<string, unknown>;

function fromLibrary(nodes: readonly Ordered[]): XmlElement[] {
  return nodes.flatMap((node) =>
    Object.entries(node)
      .filter(([key]) => key !== "#text")
      .map(([key, content]) => {
        const inside = content as Ordered[];
        const text = inside.map((child) => (child["#text"] as string | undefined) ?? "").join("");
        return { name: key, text, children: fromLibrary(inside) };
      }),
  );
}

describe("the XML reader", () => {
  test("reads what was written, as the library does", () => {
    const library = new XMLParser({ preserveOrder: true, trimValues: false, parseTagValue: false });
    fc.assert(
      fc.property(tree(4), (element) => {
        const source = write(element);
        const read = parseXml(source);
        expect(read).toEqual(element);
        expect([read]).toEqual(fromLibrary(library.parse(source) as Ordered[]));
      }),
    );
  });

  test("keeps control characters, escaped or not", () => {
    const text = "\u0001\u001f\t\n";
    expect(parseXml(`<Key>${escapeXml(text)}</Key>`).text).toBe(text);
    expect(parseXml("<Key>\u0001</Key>").text).toBe("\u0001");
  });

  test("accepts declarations, byte-order marks, blanks, comments, CDATA and attributes", () => {
    const source =
      '\ufeff<?xml version="1.0"?>\n<!-- c --><a x="1" xmlns="u">\n' +
      " <p:b/>\n <c><![CDATA[<&]]></c></a>\n";
    const root = parseXml(source);
    expect(root.name).toBe("a");
    expect(root.children.map((child) => [child.name, child.text])).toEqual([
      ["b", ""],
      ["c", "<&"],
    ]);
  });

  test.each([
    "",
    "text",
    "<a>",
    "</a>",
    "<a></b>",
    "<a/><b/>",
    "<a>&undefined;</a>",
    "<a>&amp</a>",
    "<a>&#xD800;</a>",
    "<a>&#99999999;</a>",
    "<a b></a>",
    "<a b='<'/>",
    "<1/>",
    "<a><!-- </a>",
    '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    `${"<a>".repeat(maxXmlDepth + 1)}${"</a>".repeat(maxXmlDepth + 1)}`,
    `<a>${"<b/>".repeat(70_000)}</a>`,
  ])("refuses %.40s", (source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });

  test("reads or refuses any text, and long hostile text without delay", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "/>",
      "a",
      "&",
      "&amp;",
      ";",
      "<!--",
      "]]>",
      '"',
      "=",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          parseXml(pieces.join(""));
        } catch (cause) {
          expect(cause).toBeInstanceOf(XmlError);
        }
      }),
      { numRuns: 2_000 },
    );
    for (const long of [
      "<a ".repeat(20_000),
      `<a ${'b="1" '.repeat(20_000)}`,
      "&".repeat(100_000),
    ]) {
      expect(() => parseXml(long)).toThrow(XmlError);
    }
  });
});
