// Retention of a single object: the headers of uploads, and of the answers to HEAD and GET.
import { oneOf, text } from "../../codec.ts";
import { type Bindings, header } from "../../operation.ts";

/** In COMPLIANCE mode no sender can remove a retained version; GOVERNANCE has a bypass. */
export type RetentionMode = "GOVERNANCE" | "COMPLIANCE";

/** How an object is retained. Without a member, the bucket's default applies. */
export interface ObjectRetention {
  /** Requires `objectWormRetainUntilDate`. */
  readonly objectWormMode?: RetentionMode;
  /** `2026-11-30T12:00:00.000Z`. Requires `objectWormMode`. */
  readonly objectWormRetainUntilDate?: string;
  /** `ON` keeps the version until the hold is removed, also after its retention. */
  readonly objectWormLegalHold?: "ON" | "OFF";
}

/** The headers, of requests and answers alike. */
export const retentionHeaders: Bindings<ObjectRetention> = {
  objectWormMode: header("x-oss-object-worm-mode", oneOf("GOVERNANCE", "COMPLIANCE")),
  objectWormRetainUntilDate: header("x-oss-object-worm-retain-until-date", text),
  objectWormLegalHold: header("x-oss-object-worm-legal-hold", oneOf("ON", "OFF")),
};
