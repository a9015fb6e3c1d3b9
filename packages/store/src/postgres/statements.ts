// The statements of the adapter. Each is one snapshot and one round trip.

/** A statement, with the name under which a connection keeps it prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

// Divides by zero on a replica, whose records may be old. A connection can lead to one although it
// was made to the primary: poolers and proxies move it. The condition is judged once a statement,
// also where no row is found.
const onPrimary = "(select 1 / case when pg_is_in_recovery() then 0 else 1 end) = 1";

/** Keys with their entries: `$1` keys. */
export const readEntries: Statement = {
  name: "ossicle_read",
  text:
    "select key, version, value, payload from ossicle_records " +
    `where key = any ($1::bytea[]) and ${onPrimary}`,
};

/** The same without payloads. */
export const readValues: Statement = {
  name: "ossicle_read_values",
  text:
    "select key, version, value from ossicle_records " +
    `where key = any ($1::bytea[]) and ${onPrimary}`,
};

/**
 * Commits several batches. Each happens as a whole, or not at all. Returns the batches whose checks
 * fail. No two batches may have a key in common that one of them writes.
 *
 * `$1` to `$4`: the checks' batches, keys, versions (null for an absent key), and whether the batch
 * writes the key. `$5` to `$9`: the puts' batches, keys, versions, values and payloads. `$10` and
 * `$11`: the deletes' batches and keys.
 *
 * Why it is right under READ COMMITTED: rows are locked first, in the order of their keys, and a
 * locking read that has waited returns the newest committed row. So checks are judged on rows that
 * cannot change before the commit. A key that another transaction has inserted meanwhile is not
 * visible. Its insert fails with `unique_violation`, and the caller runs the statement again.
 */
export const commitBatches: Statement = {
  name: "ossicle_commit",
  text: `
with checks as materialized (
  select * from unnest($1::int4[], $2::bytea[], $3::int8[], $4::bool[])
    as t (batch, key, version, is_written)
), puts as materialized (
  select * from unnest($5::int4[], $6::bytea[], $7::int8[], $8::bytea[], $9::bytea[])
    as t (batch, key, version, value, payload)
), deletes as materialized (
  select * from unnest($10::int4[], $11::bytea[]) as t (batch, key)
), written as materialized (
  select key, version from ossicle_records
  where key = any ($6::bytea[] || $11::bytea[])
  order by key for update
), checked as materialized (
  select key, version from ossicle_records
  where (select count(*) from written) >= 0
    and key = any (array(select key from checks where not is_written))
  order by key for share
), present as (
  select * from written union all select * from checked
), failed as materialized (
  select distinct batch from checks left join present using (key)
  where checks.version is distinct from present.version
), updated as (
  update ossicle_records as record
  set version = puts.version, value = puts.value, payload = puts.payload
  from puts
  where record.key = puts.key
    and record.key = any (array(select key from written))
    and puts.batch not in (select batch from failed)
), inserted as (
  insert into ossicle_records (key, version, value, payload)
  select key, version, value, payload from puts
  where key not in (select key from written)
    and batch not in (select batch from failed)
  order by key
), deleted as (
  delete from ossicle_records as record using deletes
  where record.key = deletes.key
    and record.key = any (array(select key from written))
    and deletes.batch not in (select batch from failed)
)
select batch from failed`,
};

// A page ends with the row that reaches its bytes. One more row is read: the next page begins with
// it. So a row is in the result while the rows before its predecessor have fewer bytes.
const scanIn = (direction: "asc" | "desc", name: string): Statement => ({
  name,
  text: `
select key, version, value from (
  select key, version, value,
    sum(octet_length(key) + octet_length(value)) over (
      order by key ${direction} rows between unbounded preceding and 2 preceding
    ) as bytes_before
  from (
    select key, version, value from ossicle_records
    where key >= $1::bytea and key < $2::bytea and ${onPrimary}
    order by key ${direction} limit $3::int4
  ) as page
) as measured
where coalesce(bytes_before, 0) < $4::int8
order by key ${direction}`,
});

/** A page forwards: `$1` from, `$2` to, `$3` most rows, `$4` most bytes. */
export const scanForwards: Statement = scanIn("asc", "ossicle_scan");

/** A page backwards, with the same parameters. */
export const scanBackwards: Statement = scanIn("desc", "ossicle_scan_back");

// The common prefix of a row, from where `$5` bytes of the key have passed to where `$7` bytes are
// left. Returns the part of a key up to and including the first delimiter, `$6`.
const rolledUp = `
select found.key, found.version, prefix,
  case when prefix is null then found.value end as value,
  case when prefix is null then octet_length(found.key) + octet_length(found.value)
    else octet_length(prefix) end as bytes
from found, lateral (
  select position($6::bytea in substring(
    key from $5::int4 + 1 for greatest(octet_length(key) - $5::int4 - $7::int4, 0)
  )) as at
) as delimiter, lateral (
  select case when at > 0
    then substring(key from 1 for $5::int4 + at - 1 + octet_length($6::bytea)) end as prefix
) as common`;

/**
 * A page forwards, rolled up. It reads the next row behind each row or prefix, so that it costs as
 * much as its own rows, however many keys a prefix has. `$1` to `$4` as above, `$5` the length of
 * the prefix, `$6` the delimiter, `$7` the length of the tail, `$8` bytes that no key behind a
 * prefix reaches.
 */
export const scanRolledUp: Statement = {
  name: "ossicle_scan_rolled_up",
  text: `
with recursive page as (
  select first.*, 1 as number, 0::int8 as bytes_before from (
    with found as (
      select key, version, value from ossicle_records
      where key >= $1::bytea and key < $2::bytea and ${onPrimary} order by key limit 1
    ) ${rolledUp}
  ) as first
  union all
  select next.*, page.number + 1, page.bytes_before + page.bytes
  from page, lateral (
    with found as (
      select key, version, value from ossicle_records
      where key >= case when page.prefix is null then page.key || '\\x00'::bytea
          else page.prefix || $8::bytea end
        and key < $2::bytea
      order by key limit 1
    ) ${rolledUp}
  ) as next
  where page.number < $3::int4 and page.bytes_before < $4::int8
)
select key, version, value, prefix from page order by number`,
};
