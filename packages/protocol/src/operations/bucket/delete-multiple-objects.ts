// DeleteMultipleObjects: removes up to 1,000 objects in one request.
import { flag, oneOf, text } from "../../codec.ts";
import { bucketName, element, header, elements, type Operation, query } from "../../operation.ts";
import { keyText, leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";

/** Most objects in one request (OSS limits page). */
export const maxDeletedObjects = 1_000;

/** An object to remove. */
export interface ObjectIdentifier {
  readonly key: string;
  readonly versionId?: string;
}

/** An object that was removed. */
export interface DeletedObject {
  readonly key: string;
  readonly versionId?: string;
  readonly deleteMarker?: boolean;
  readonly deleteMarkerVersionId?: string;
}

/** What DeleteMultipleObjects takes. */
export interface DeleteMultipleObjectsInput {
  readonly bucket: string;
  readonly encodingType?: "url";
  /** The same in a header, as the Java SDK sends it. */
  readonly encodingTypeHeader?: "url";
  /** Answers with an empty body. */
  readonly quiet?: boolean;
  /**
   * Removes versions that are retained in GOVERNANCE mode. Needs `oss:BypassGovernanceRetention`.
   */
  readonly bypassGovernanceRetention?: boolean;
  readonly objects: readonly ObjectIdentifier[];
}

/**
 * What DeleteMultipleObjects answers: every requested key, whether or not it existed. Nothing when
 * quiet.
 */
export interface DeleteMultipleObjectsOutput {
  readonly encodingType?: "url";
  readonly deleted: readonly DeletedObject[];
}

// Keys in the request are never percent-encoded, even with encoding-type=url
// (docs/reference/protocol/requests.md, deletion).
const identifier: XmlCodec<ObjectIdentifier> = shape<ObjectIdentifier>({
  key: one("Key", leaf(text)),
  versionId: one("VersionId", leaf(text)),
});

const deletedObject: XmlCodec<DeletedObject> = shape<DeletedObject>({
  key: one("Key", keyText),
  versionId: one("VersionId", leaf(text)),
  deleteMarker: one("DeleteMarker", leaf(flag)),
  deleteMarkerVersionId: one("DeleteMarkerVersionId", leaf(text)),
});

/** Removes up to 1,000 objects, or versions of objects. */
export const deleteMultipleObjects: Operation<
  DeleteMultipleObjectsInput,
  DeleteMultipleObjectsOutput
> = {
  name: "DeleteMultipleObjects",
  method: "POST",
  level: "bucket",
  selectors: ["delete"],
  access: "write",
  action: "DeleteMultipleObjects",
  judgesKeys: true,
  idempotent: true,
  reads: "nothing",
  inputRoot: "Delete",
  inputOpen: true,
  inputEc: "0016-00000608",
  outputRoot: "DeleteResult",
  input: {
    bucket: bucketName(),
    encodingType: query("encoding-type", oneOf("url")),
    encodingTypeHeader: header("encoding-type", oneOf("url")),
    quiet: element("Quiet", leaf(flag)),
    bypassGovernanceRetention: header("x-oss-bypass-governance-retention", flag),
    objects: elements("Object", identifier),
  },
  output: {
    encodingType: element("EncodingType", leaf(oneOf("url"))),
    deleted: elements("Deleted", deletedObject),
  },
};
