// Package redisstore keeps the pages of package revalidate in Redis, so that
// one call refreshes all processes that serve them:
//
//	store, err := redisstore.New(redisstore.Config{URL: "redis://cache:6379", Prefix: "shop:"})
//	…
//	pages, err := revalidate.New(engine, revalidate.Config{Store: store})
//
// It needs Redis 6.2 or later, or what speaks its protocol with client-side
// caching and Lua scripts, such as Valkey; a cluster works too.
//
// # What to rely on
//
// A page that one process has stored is what all others serve, usually after a
// millisecond. Every process holds pages itself, and Redis says which of them
// have changed (its client-side caching, in broadcast mode). Messages and
// answers come over one connection, in order; a ping over it every quarter of
// [Config.MaxDrift] proves that it lives. Where the proof is older than
// MaxDrift, or the connection was lost, what is held is read anew. So a message
// that gets lost with its connection costs at most that time, and one that Redis
// fails to send ten times as much, after which each page is read anew in any
// case.
//
// A page is rendered by one process at a time. The right to do so is a lease,
// which the process renews while it renders and which runs out [Config.Lease]
// after its death. Processes that wait for the page hear of its end from Redis,
// and look every half second in any case. Calls on demand do not wait for such a
// render: they need data that is newer than the call. But calls that are made in
// several processes at once share renders: Redis says which of them came before
// a render began, and for those its page will do. All that are made before the
// second render begins are thus two renders, and mostly one where they come
// within a few milliseconds. After Redis was lost they share none for
// [Config.MaxRender].
//
// An old page never replaces a newer one. Each render takes a ticket from Redis'
// clock when it starts, never one that is not later than the last; a page is
// stored if no page with a later ticket was. Where Redis can't know, since it
// has evicted or lost what it knew when the ticket was taken, the page is not
// stored. [Config.MaxRender] bounds how long that is remembered. A Redis that
// comes back with older data, as a replica does that had not caught up, does not
// take a process back behind a page that it still holds: the page is rendered
// anew.
//
// # While Redis is away
//
// The call that finds out waits for no longer than [Config.Timeout], the next
// ones not at all. Each process serves the pages that it holds, fresh or not,
// renders what it lacks, and holds that. [Store.Commit] returns [ErrAway] then,
// so that a call on demand fails and can be repeated; in its own process the
// page is new all the same. When Redis answers again, within a tenth of a
// second what it has of that page is removed before it is trusted. No restart
// is needed, and New needs no Redis either.
//
// # In Redis
//
// All keys begin with the prefix and the version of the format, and all have a
// lifetime: no longer than [Config.Keep] or, for a page that expires before
// that, until it does. What belongs to one page is in one slot of a cluster.
// With a memory limit, use a policy that evicts (allkeys-lru): a Redis that is
// full and refuses writes is treated as away for pages that are new. Whoever
// can write to Redis can change pages; keep it to yourself, with a password
// and TLS where others share the network.
//
// # Why rueidis
//
// This client tells its user about each message of Redis, at once and in order,
// so that a process can hold decoded pages: a hit copies nothing and asks
// nobody. "go test -bench Get" measures it. Each page carries its own key and is
// served under no other, so an answer to another question would be noticed.
//
// It is also quick where many ask at once. On two cores that had other work
// too, 64 callers together got a page of 8 KB every 47 microseconds and the
// answer of a script every 13, and with go-redis every 95 and 100; one caller
// alone waited for about as long with either, 99 and 69 against 90 and 73. Such
// a read allocates once against 7 times, a script never against 9 times. These
// are medians of "go test -run '^$' -bench . -count 8 ./internal/redisclient" in bench, with
// Redis on the same machine.
package redisstore
