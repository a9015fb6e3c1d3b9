// OptionObject: answers the preflight that a browser sends before a page of another origin uses an
// object. It needs no signature.
import { text } from "../../codec.ts";
import { type Bindings, bucketName, header, objectKey, type Operation } from "../../operation.ts";

/** The request that the page is about to send. */
export interface PreflightQuestion {
  readonly origin?: string;
  readonly requestMethod?: string;
  /** Names, comma-separated. */
  readonly requestHeaders?: string;
}

/** The requests that the page may send. */
export interface PreflightAnswer {
  readonly allowOrigin: string;
  readonly allowMethods: string;
  readonly allowHeaders?: string;
  readonly exposeHeaders?: string;
  readonly maxAge?: string;
  readonly vary?: string;
}

export const preflightQuestion: Bindings<PreflightQuestion> = {
  origin: header("Origin", text),
  requestMethod: header("Access-Control-Request-Method", text),
  requestHeaders: header("Access-Control-Request-Headers", text),
};

export const preflightAnswer: Bindings<PreflightAnswer> = {
  allowOrigin: header("Access-Control-Allow-Origin", text),
  allowMethods: header("Access-Control-Allow-Methods", text),
  allowHeaders: header("Access-Control-Allow-Headers", text),
  exposeHeaders: header("Access-Control-Expose-Headers", text),
  maxAge: header("Access-Control-Max-Age", text),
  vary: header("Vary", text),
};

/** What OptionObject takes. */
export interface OptionObjectInput extends PreflightQuestion {
  readonly bucket: string;
  readonly key: string;
}

/** Answers a preflight. Fails with AccessForbidden when no rule of the bucket allows it. */
export const optionObject: Operation<OptionObjectInput, PreflightAnswer> = {
  name: "OptionObject",
  method: "OPTIONS",
  level: "object",
  access: "anyone",
  action: "OptionObject",
  idempotent: true,
  reads: "nothing",
  input: { bucket: bucketName(), key: objectKey(), ...preflightQuestion },
  output: preflightAnswer,
};
