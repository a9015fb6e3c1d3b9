// @ossicle/testcontainers: a store in a container, for the tests of an application.
export { OssicleContainer } from "./ossicle-container.ts";
export { type StartedOssicle, StartedOssicleContainer } from "./started-ossicle-container.ts";
