// What every card of the settings takes.

/** A bucket whose setting is shown. */
export interface BucketProps {
  readonly bucket: string;
}
