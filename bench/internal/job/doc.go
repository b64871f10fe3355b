// Package job has the tasks that the contenders are measured at: the requests
// that are sent and the answers that they must get, byte for byte the same for
// all.
package job
