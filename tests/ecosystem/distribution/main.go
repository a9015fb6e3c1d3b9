// Package registry names what the build of the registry needs.
package registry

import _ "github.com/docker/distribution/registry/storage/driver/oss"
