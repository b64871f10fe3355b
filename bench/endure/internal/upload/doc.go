// Package upload measures what many slow uploads at once cost: the memory that
// they hold, and what others notice of them.
package upload
