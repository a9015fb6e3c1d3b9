// ListStyle: returns the stored styles in the order of their creation.
import { shownStyle, stylesOf } from "../../objects/buckets/styles.ts";
import type { Handler } from "../handler.ts";

/** Lists the styles of a bucket. */
export const listStyle: Handler<"listStyle"> = async ({ services, bucket }) => ({
  output: { styles: (await stylesOf(services, bucket)).map(shownStyle) },
});
