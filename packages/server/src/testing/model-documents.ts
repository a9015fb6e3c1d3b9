// Documents that the tests of several operations send.

/** An inventory of the keys below `in/`, daily, into `lists/`. `more` is added at its end. */
export const inventoryDocument = (
  id: string,
  { more = "", destination = "acs:oss:::bucket" } = {},
): string =>
  `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled>` +
  "<Filter><Prefix>in/</Prefix><StorageClass>Standard,IA</StorageClass></Filter>" +
  "<Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1</AccountId>" +
  `<RoleArn>acs:ram::1:role/r</RoleArn><Bucket>${destination}</Bucket><Prefix>lists</Prefix>` +
  "</OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule>" +
  `<IncludedObjectVersions>All</IncludedObjectVersions>${more}</InventoryConfiguration>`;

/** Retention of single objects, with a default if one is given. */
export const objectWormDocument = (defaultRetention?: string): string =>
  "<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>" +
  (defaultRetention === undefined
    ? ""
    : `<Rule><DefaultRetention>${defaultRetention}</DefaultRetention></Rule>`) +
  "</ObjectWormConfiguration>";

/** The retention of a version. */
export const objectRetentionDocument = (mode: string, until: string): string =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;

/** A retention policy (WORM). */
export const retentionDocument = (days: number): string =>
  "<InitiateWormConfiguration><RetentionPeriodInDays>" +
  `${days}</RetentionPeriodInDays></InitiateWormConfiguration>`;
