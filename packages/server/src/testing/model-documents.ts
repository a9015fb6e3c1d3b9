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

/** A retention policy (WORM). */
export const retentionDocument = (days: number): string =>
  "<InitiateWormConfiguration><RetentionPeriodInDays>" +
  `${days}</RetentionPeriodInDays></InitiateWormConfiguration>`;
