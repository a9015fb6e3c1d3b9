// A model of a cluster's capacity: what it stores, what it does in a second, and what it costs,
// from measured constants and named assumptions. The figures of docs/explanation/scale.md are its
// output.

/** A workload. */
export interface Workload {
  readonly name: string;
  /** Objects in the end. */
  readonly objects: number;
  /** Part of them that is small enough for the database. */
  readonly smallPart: number;
  readonly smallBytes: number;
  readonly largeBytes: number;
  /** Uploads a second at the busiest hour. */
  readonly uploadsPerSecond: number;
  readonly readsPerSecond: number;
  /** Part of the uploads that call back. */
  readonly callbackPart: number;
  /** Days that the ledger keeps a delivery. */
  readonly ledgerDays: number;
}

/** Bytes of records in PostgreSQL 15, row headers included, for keys of 45 bytes (measured). */
export const rowBytes = { object: 400, reference: 76, delivery: 850 } as const;

/** Index entries, and space that updates leave, as a factor of the rows. Assumed. */
const bloat = 1.4;

/** Processor time of a node for an operation, in microseconds (results/cluster.md). */
export const nodeMicros = { put: 320, get: 200, callback: 450 } as const;

/** What one server of an engine does, on hardware that costs what {@link prices} says. */
export interface Limits {
  /**
   * Rows a second that one PostgreSQL primary commits durably, with a synchronous standby. Measured
   * here: 20,000 of 4 KiB. A larger machine is assumed to do five times as many.
   */
  readonly rowsPerSecond: number;
  /** Records that one primary reads in a second from memory, in one statement each. */
  readonly readsPerSecond: number;
  /** Largest database of one primary that is vacuumed and backed up within a night, in bytes. */
  readonly databaseBytes: number;
  /** Most objects in one bucket of Ceph: 65,521 index shards of 100,000 (Ceph's documentation). */
  readonly bucketObjects: number;
  /** Part of a node's processor that is used at the busiest hour. */
  readonly nodeLoad: number;
}

export const limits: Limits = {
  rowsPerSecond: 100_000,
  readsPerSecond: 200_000,
  databaseBytes: 8e12,
  bucketObjects: 6.5e9,
  nodeLoad: 0.5,
};

/** Prices a month, in any currency. They are inputs: replace them by your own. */
export interface Prices {
  /** A node with two processors. */
  readonly node: number;
  /** A database server with 32 processors and 256 GB; there are two. */
  readonly databaseServer: number;
  /** A terabyte of the database's disks, on one server. */
  readonly databaseTerabyte: number;
  /** A terabyte of the S3 store, with its copies. */
  readonly storeTerabyte: number;
}

export const prices: Prices = {
  node: 50,
  databaseServer: 1_500,
  databaseTerabyte: 100,
  storeTerabyte: 20,
};

/** What a workload needs. */
export interface Needs {
  readonly databaseBytes: number;
  readonly blobs: number;
  readonly blobBytes: number;
  readonly rowsPerSecond: number;
  readonly databaseReads: number;
  readonly callbacksPerSecond: number;
  readonly nodes: number;
  /** Primaries that the database must be divided among, and what requires most of them. */
  readonly primaries: number;
  readonly breaksFirst: string;
  readonly costPerMonth: number;
}

/** Computes what a workload needs. */
export function needsOf(load: Workload, { uploads }: { readonly uploads: number }): Needs {
  const small = load.objects * load.smallPart;
  const blobs = load.objects - small;
  const keptDeliveries = uploads * load.callbackPart;
  const databaseBytes =
    bloat *
    (load.objects * rowBytes.object +
      small * load.smallBytes +
      blobs * rowBytes.reference +
      keptDeliveries * rowBytes.delivery);
  const callbacksPerSecond = load.uploadsPerSecond * load.callbackPart;
  // An upload writes its object, a large one its reference and its intent; a callback writes its
  // delivery and its job, and then its outcome.
  const large = load.uploadsPerSecond * (1 - load.smallPart);
  const rowsPerSecond = load.uploadsPerSecond + 3 * large + 4 * callbacksPerSecond;
  const databaseReads = load.uploadsPerSecond + load.readsPerSecond;
  const micros =
    load.uploadsPerSecond * nodeMicros.put +
    load.readsPerSecond * nodeMicros.get +
    callbacksPerSecond * nodeMicros.callback;
  const nodes = Math.max(2, Math.ceil(micros / 1e6 / 2 / limits.nodeLoad) + 1);
  const demands: readonly (readonly [string, number])[] = [
    ["the database's size", databaseBytes / limits.databaseBytes],
    ["the database's commits", rowsPerSecond / limits.rowsPerSecond],
    ["the database's reads", databaseReads / limits.readsPerSecond],
    ["the bucket's index", blobs / limits.bucketObjects],
  ];
  const [breaksFirst, most] = demands.reduce((one, other) => (other[1] > one[1] ? other : one));
  const primaries = Math.max(1, Math.ceil(most));
  const blobBytes = blobs * load.largeBytes;
  const costPerMonth =
    nodes * prices.node +
    2 * primaries * prices.databaseServer +
    (2 * databaseBytes * prices.databaseTerabyte) / 1e12 +
    (blobBytes * prices.storeTerabyte) / 1e12;
  return {
    databaseBytes,
    blobs,
    blobBytes,
    rowsPerSecond,
    databaseReads,
    callbacksPerSecond,
    nodes,
    primaries,
    breaksFirst: most <= 1 ? `none (next: ${breaksFirst}, ${percent(most)} used)` : breaksFirst,
    costPerMonth,
  };
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

const secondsPerDay = 86_400;

/** The busiest hour of a day has this many times the uploads of an average one. Assumed. */
const peak = 3;

/** A month of growth. */
export interface Month extends Needs {
  readonly month: number;
  readonly objects: number;
}

/**
 * Simulates growth day by day until a workload has its objects: uploads arrive, and the ledger
 * drops what is older than its days. Returns the first month, the last, and each in which another
 * part breaks first.
 */
export function simulate(load: Workload): readonly Month[] {
  const uploadsPerDay = (load.uploadsPerSecond / peak) * secondsPerDay;
  const days = Math.ceil(load.objects / uploadsPerDay);
  const kept: Month[] = [];
  let objects = 0;
  let deliveries = 0;
  const perDay: number[] = [];
  for (let day = 1; day <= days; day += 1) {
    const arrived = Math.min(uploadsPerDay, load.objects - objects);
    objects += arrived;
    perDay.push(arrived);
    deliveries += arrived;
    if (perDay.length > load.ledgerDays) deliveries -= perDay.shift() ?? 0;
    if (day % 30 !== 0 && day !== days) continue;
    const needs = needsOf({ ...load, objects }, { uploads: deliveries });
    const last = kept.at(-1);
    const breaks = (one: Needs): string => (one.primaries > 1 ? one.breaksFirst : "none");
    if (last === undefined || breaks(last) !== breaks(needs) || day === days) {
      kept.push({ month: Math.ceil(day / 30), objects, ...needs });
    }
  }
  return kept;
}

/** The workloads of docs/explanation/scale.md. */
export const workloads: readonly Workload[] = [
  {
    name: "10^9 objects",
    objects: 1e9,
    smallPart: 0.5,
    smallBytes: 8_000,
    largeBytes: 1_000_000,
    uploadsPerSecond: 300,
    readsPerSecond: 3_000,
    callbackPart: 1,
    ledgerDays: 30,
  },
  {
    name: "10^9 small objects, read often",
    objects: 1e9,
    smallPart: 1,
    smallBytes: 4_000,
    largeBytes: 0,
    uploadsPerSecond: 1_000,
    readsPerSecond: 50_000,
    callbackPart: 0.1,
    ledgerDays: 30,
  },
  {
    name: "10^12 objects",
    objects: 1e12,
    smallPart: 0.5,
    smallBytes: 8_000,
    largeBytes: 1_000_000,
    uploadsPerSecond: 100_000,
    readsPerSecond: 1_000_000,
    callbackPart: 1,
    ledgerDays: 30,
  },
];
