// PutBucketWebsite: the index page, the error page and the redirects of a static website.
import {
  type Binding,
  bucketName,
  element,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import {
  type ErrorDocument,
  errorDocument,
  type IndexDocument,
  indexDocument,
  type RoutingRules,
  routingRules,
} from "../../website.ts";

/** A static website: at least one member. */
export interface WebsiteConfiguration {
  readonly indexDocument?: IndexDocument;
  readonly errorDocument?: ErrorDocument;
  readonly routingRules?: RoutingRules;
}

/** The elements of the document, in OSS's order. */
export const websiteElements: {
  readonly indexDocument: Binding<IndexDocument>;
  readonly errorDocument: Binding<ErrorDocument>;
  readonly routingRules: Binding<RoutingRules>;
} = {
  indexDocument: element("IndexDocument", indexDocument),
  errorDocument: element("ErrorDocument", errorDocument),
  routingRules: element("RoutingRules", routingRules),
};

/** What PutBucketWebsite takes. */
export interface PutBucketWebsiteInput extends WebsiteConfiguration {
  readonly bucket: string;
}

/** Makes a bucket a static website. */
export const putBucketWebsite: Operation<PutBucketWebsiteInput, Nothing> = {
  name: "PutBucketWebsite",
  method: "PUT",
  level: "bucket",
  selectors: ["website"],
  access: "owner",
  action: "PutBucketWebsite",
  idempotent: true,
  reads: "nothing",
  inputRoot: "WebsiteConfiguration",
  input: { bucket: bucketName(), ...websiteElements },
  output: {},
};
