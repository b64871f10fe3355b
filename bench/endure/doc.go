// Endure lets a site that is built on the toolkit run under everything that
// happens to sites, and says what got lost:
//
//	go run ./bench/endure            # half an hour
//	go run ./bench/endure -for 5m    # less
//	go run ./bench/endure -short     # the form of the gate: seconds
//
// The site runs in three processes. Two instances share their pages by a Redis
// server, a third keeps its own in memory and in a folder. Visitors of all
// kinds send requests at full speed, editors change data and have the pages
// revalidated, and one fault after another is done to Redis and to the
// instances. Every answer is compared with what its request deserves. Then many
// slow uploads at once show what they cost the others.
//
// The report goes to bench/results/endure.md. The exit code is 1 if anything
// got lost. It needs redis-server.
package main
