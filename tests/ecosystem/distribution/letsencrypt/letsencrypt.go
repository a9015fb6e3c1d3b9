// Package letsencrypt replaces a module that can no longer be downloaded. The registry calls
// it only if its configuration requests certificates.
package letsencrypt

import (
	"crypto/tls"
	"errors"
)

var errAbsent = errors.New("this build cannot obtain certificates")

// Manager obtains no certificates.
type Manager struct{}

// CacheFile refuses.
func (*Manager) CacheFile(string) error { return errAbsent }

// Registered returns false.
func (*Manager) Registered() bool { return false }

// Register refuses.
func (*Manager) Register(string, func(string) bool) error { return errAbsent }

// SetHosts does nothing.
func (*Manager) SetHosts([]string) {}

// GetCertificate refuses.
func (*Manager) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errAbsent }
