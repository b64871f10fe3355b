// Command nextfront has posts, and a Next.js front end in the folder front that
// shows them. When a post is edited here, the pages there are fresh at once.
package main
