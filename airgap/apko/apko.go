//go:build tools

// Package apko pins the apko that the closed profile builds; go.sum holds the checksums.
package apko

import _ "chainguard.dev/apko"
