// Package stat reduces what several rounds measured to three numbers.
package stat
