// Parameters are read into the form and written back without a loss.
import { encodeParameter } from "@ossicle/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compositionOf, firstComposition, parametersOf } from "./composition.ts";

test("every composition is read back as it was written", () => {
  const text = fc.string({ unit: "grapheme" });
  const name = fc.stringMatching(/^x:[a-z]{1,8}$/);
  fc.assert(
    fc.property(
      fc.record({
        url: text,
        host: text,
        body: text,
        isJson: fc.boolean(),
        sni: fc.boolean(),
        variables: fc.uniqueArray(fc.record({ key: name, value: text }), {
          selector: ({ key }) => key,
        }),
        others: fc.constantFrom({}, { additionalHeaders: { "x-trace": "1" } }),
      }),
      (composition) => {
        expect(compositionOf(parametersOf(composition))).toEqual(composition);
      },
    ),
  );
});

test("members that the form does not show are kept, also a wrong type", () => {
  const members = { callbackUrl: "http://a.com", callbackBody: "b", callbackBodyType: "text/xml" };
  const callback = encodeParameter({ ...members, additionalHeaders: { a: "1" } });
  const read = compositionOf({ callback, callbackVar: "" });
  expect(read?.others).toEqual({
    additionalHeaders: { a: "1" },
    callbackBodyType: "text/xml",
  });
});

test.each(["", "***", "W10=", btoa("{"), btoa("[1]")])("%j is not a callback", (callback) => {
  expect(compositionOf({ callback, callbackVar: "" })).toBeUndefined();
  const good = parametersOf(firstComposition);
  expect(compositionOf({ ...good, callbackVar: callback || "x" })).toBeUndefined();
});
