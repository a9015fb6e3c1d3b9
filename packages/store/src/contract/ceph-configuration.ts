// The configuration of a small Ceph cluster on loopback, which starts fast and keeps three copies.

/** What the configuration depends on. */
export interface CephPlace {
  readonly folder: string;
  readonly fsid: string;
  /** The monitors' addresses. */
  readonly hosts: readonly string[];
  readonly gatewayPorts: readonly number[];
}

/** Returns the text of `ceph.conf`. */
export function cephConfiguration({ folder, fsid, hosts, gatewayPorts }: CephPlace): string {
  const gateways = gatewayPorts.map((port, index) => {
    const id = ["x", "y"][index] ?? "";
    return section(`client.rgw.${id}`, {
      keyring: `${folder}/rgw.${id}/keyring`,
      "rgw data": `${folder}/rgw.${id}`,
      // Without tcp_nodelay every small answer takes 40 ms (measured).
      "rgw frontends": `beast endpoint=127.0.0.1:${port} tcp_nodelay=1`,
      "rgw override bucket index max shards": "1",
    });
  });
  return [
    section("global", {
      fsid,
      "mon initial members": "a,b,c",
      "mon host": hosts.join(","),
      "public network": "127.0.0.0/8",
      "auth cluster required": "cephx",
      "auth service required": "cephx",
      "auth client required": "cephx",
      "auth allow insecure global id reclaim": "false",
      keyring: `${folder}/keyring`,
      "run dir": `${folder}/run`,
      "admin socket": `${folder}/run/$name.asok`,
      "pid file": "",
      "log file": `${folder}/log/$name.log`,
      "mon cluster log file": `${folder}/log/cluster.log`,
      "debug default": "0",
      "osd pool default size": "3",
      "osd pool default min size": "2",
      "osd pool default pg num": "8",
      "osd pool default pgp num": "8",
      "osd pool default pg autoscale mode": "off",
      // All disks are on one machine.
      "osd crush chooseleaf type": "0",
      "mon max pg per osd": "500",
      "mon data avail warn": "2",
      "mon data avail crit": "1",
      "mon osd down out interval": "600",
      "mon osd min down reporters": "1",
      "osd heartbeat interval": "1",
      "osd heartbeat grace": "4",
      // A new pool takes seconds with the defaults.
      "paxos propose interval": "0.05",
      "paxos min wait": "0.01",
    }),
    section("mon", { "mon data": `${folder}/mon.$id` }),
    section("mgr", { "mgr data": `${folder}/mgr`, keyring: `${folder}/mgr/keyring` }),
    section("osd", {
      "osd data": `${folder}/osd.$id`,
      keyring: `${folder}/osd.$id/keyring`,
      "osd objectstore": "bluestore",
      "osd memory target": "939524096",
      "osd class update on start": "false",
      "bluestore block size": "10737418240", // a sparse file
      "bluestore fsck on mount": "false",
    }),
    ...gateways,
  ].join("\n");
}

function section(name: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  return [`[${name}]`, ...lines, ""].join("\n");
}
