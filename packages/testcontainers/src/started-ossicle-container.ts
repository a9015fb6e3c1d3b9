// A store that runs in a container, and what its clients need.
import { AbstractStartedContainer, type StartedTestContainer } from "testcontainers";

/** What clients of a store need. */
export interface StartedOssicle {
  /** The store's URL, from the test's machine. Applications fetch the callbacks' key below it. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
  };
  /**
   * The name by which callbacks reach the machine of the containers, which is the test's own unless
   * `DOCKER_HOST` names another. The application must listen on all addresses (0.0.0.0).
   */
  readonly hostName: string;
}

/** A running container of a store. */
export class StartedOssicleContainer extends AbstractStartedContainer implements StartedOssicle {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: StartedOssicle["credentials"];
  readonly hostName: string;

  constructor(
    container: StartedTestContainer,
    { endpoint, region, credentials, hostName }: StartedOssicle,
  ) {
    super(container);
    this.endpoint = endpoint;
    this.region = region;
    this.credentials = credentials;
    this.hostName = hostName;
  }

  /** Rejects: the container would get another port, and clients and callbacks have this one. */
  override restart(): Promise<void> {
    return Promise.reject(new Error("a store's port changes when it restarts: start another one"));
  }
}
