// The methods that find objects by metadata and tags.
import type {
  CloseMetaQueryInput,
  DoMetaQueryInput,
  DoMetaQueryOutput,
  GetMetaQueryStatusInput,
  GetMetaQueryStatusOutput,
  OpenMetaQueryInput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods that find objects. */
export interface MetaQueryMethods {
  /**
   * Ends the search of a bucket's objects. It is no error where they cannot be searched.
   * @example
   * await client.closeMetaQuery({ bucket });
   */
  readonly closeMetaQuery: Method<CloseMetaQueryInput, object>;
  /**
   * Finds current versions by their metadata and tags. Fails with MetaQueryNotExist where the
   * objects cannot be searched.
   * @example
   * const query = JSON.stringify({ Field: "Size", Operation: "gt", Value: "1048576" });
   * const { files } = await client.doMetaQuery({ bucket, query, sort: "Size" });
   */
  readonly doMetaQuery: Method<DoMetaQueryInput, DoMetaQueryOutput>;
  /**
   * Reads the status. Fails with MetaQueryNotExist where the objects cannot be searched.
   * @example
   * const { state } = await client.getMetaQueryStatus({ bucket });
   */
  readonly getMetaQueryStatus: Method<GetMetaQueryStatusInput, GetMetaQueryStatusOutput>;
  /**
   * Lets the objects of a bucket be searched. Fails with MetaQueryAlreadyExist when they can be.
   * @example
   * await client.openMetaQuery({ bucket });
   */
  readonly openMetaQuery: Method<OpenMetaQueryInput, object>;
}
