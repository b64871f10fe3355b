// Package innerwriter finds the writer that a framework made for a request, below those that middleware has put around it.
//
// Full duplex, deadlines and the marks that close a connection belong to the server's writer. net/http reaches it through
// methods named Unwrap, which many writers for Gin lack, those of compressing middleware among them. But nearly all of
// them embed the writer they wrap, and such a field can be read.
package innerwriter
