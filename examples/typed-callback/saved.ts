// A callback that is defined once: what it asks the store for, and what the application answers.
// Both sides import it.
import { defineCallback } from "@ossicle/client";
import { z } from "zod"; // or any validator that speaks Standard Schema

export const saved = defineCallback({
  variables: { key: "object", size: "size", user: "x:user" },
  answer: z.object({ url: z.string() }),
});
