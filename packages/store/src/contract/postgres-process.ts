// The second process of the contract between processes, on PostgreSQL.
import { openPostgresMetadataStore } from "../postgres/postgres-metadata-store.ts";
import { obeyMessages } from "./obey-messages.ts";

obeyMessages(await openPostgresMetadataStore(process.argv[2] ?? ""));
