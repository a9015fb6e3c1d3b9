// Package letsencrypt stands in for a module that can no longer be had. The registry calls it only when its configuration asks for certificates.
package letsencrypt

import (
	"crypto/tls"
	"errors"
)

var errAbsent = errors.New("this build gets no certificates")

// Manager refuses everything.
type Manager struct{}

// CacheFile refuses.
func (*Manager) CacheFile(string) error { return errAbsent }

// Registered says no.
func (*Manager) Registered() bool { return false }

// Register refuses.
func (*Manager) Register(string, func(string) bool) error { return errAbsent }

// SetHosts does nothing.
func (*Manager) SetHosts([]string) {}

// GetCertificate refuses.
func (*Manager) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errAbsent }
