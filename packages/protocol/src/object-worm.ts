// Retention of single objects (ObjectWorm): the default of a bucket, and the documents of objects.
import { integer, oneOf, text } from "./codec.ts";
import { element, type Bindings, requiredElement } from "./operation.ts";
import type { RetentionMode } from "./operations/object/retention-headers.ts";
import { leaf, one, shape, type XmlCodec } from "./xml/codec.ts";

/** Longest default retention, in days and in years (SDKs for Python and Go). */
export const maxDefaultRetention = { days: 36_500, years: 100 } as const;

/** How new objects are retained. Either `days` or `years` is given. */
export interface DefaultRetention {
  readonly mode: RetentionMode;
  readonly days?: number;
  readonly years?: number;
}

/** The rule of a bucket. */
export interface ObjectWormRule {
  readonly defaultRetention: DefaultRetention;
}

/** The retention of objects in a bucket. */
export interface ObjectWormConfiguration {
  /** It cannot be turned off again. */
  readonly objectWormEnabled: "Enabled";
  /** Without it, only objects whose upload or PutObjectRetention says so are retained. */
  readonly rule?: ObjectWormRule;
}

const mode: XmlCodec<RetentionMode> = leaf(oneOf("GOVERNANCE", "COMPLIANCE"));

const rule: XmlCodec<ObjectWormRule> = shape({
  defaultRetention: one(
    "DefaultRetention",
    shape<DefaultRetention>({
      mode: one("Mode", mode),
      days: one("Days", leaf(integer(1, maxDefaultRetention.days))),
      years: one("Years", leaf(integer(1, maxDefaultRetention.years))),
    }),
  ),
});

export const objectWormElements: Bindings<ObjectWormConfiguration> = {
  objectWormEnabled: requiredElement("ObjectWormEnabled", leaf(oneOf("Enabled"))),
  rule: element("Rule", rule),
};

/** How a version is retained. */
export interface Retention {
  readonly mode: RetentionMode;
  /** `2026-11-30T12:00:00.000Z`; in the future when it is set. */
  readonly retainUntilDate: string;
}

export const retentionElements: Bindings<Retention> = {
  mode: requiredElement("Mode", mode),
  retainUntilDate: requiredElement("RetainUntilDate", leaf(text)),
};

/** Whether a version is held. A hold is independent of the retention. */
export interface LegalHold {
  readonly status: "ON" | "OFF";
}

export const legalHoldElements: Bindings<LegalHold> = {
  status: requiredElement("Status", leaf(oneOf("ON", "OFF"))),
};
