// PutObject: stores the request's body.
import type { Handler } from "../handler.ts";
import { storeBody } from "./store-body.ts";

/** Stores the body as an object. */
export const putObject: Handler<"putObject"> = (context, input) =>
  storeBody(context, input, "PutObject");
