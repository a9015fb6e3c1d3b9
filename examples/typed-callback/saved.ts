// A callback that is defined once: the variables that the store sends, and the application's
// answer. Both sides import it.
import { defineCallback } from "@ossicle/client";
import { z } from "zod"; // or any validator that implements Standard Schema

export const saved = defineCallback({
  variables: { key: "object", size: "size", user: "x:user" },
  answer: z.object({ url: z.string() }),
});
