// Package rival has the contenders, each written as its users would write it.
package rival
