package redisstore

import (
	"context"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Programs of another kind keep pages beside the store's, in a format of their
// own: a Next.js front end with the cache handler in the folder nextjs. What
// both sides know is the marks. The mark of a tag is a hash
//
//	i  since when it exists; what was before is not known
//	e  what was rendered before this is out of date
//	s  what was rendered before this is stale, and
//	x  out of date from then on, in milliseconds since 1970
//	n  somebody keeps something that has the tag
//
// in microseconds since 1970 by Redis' clock. The tag of a path is the path
// with _N_T_ in front, as Next.js names it. Whoever keeps a page
//
//   - takes a ticket before it reads any data: the time, later than the mark of
//     the path, which it makes if there is none
//   - stores the page if the mark of the path has not been made since, and no
//     page with a later ticket is there; it makes the marks of the other tags
//     that are missing, and all live as long as the page
//   - serves it while no mark is later than its ticket, and none is missing or
//     was made after the page was stored
//
// so that a mark which Redis has lost makes pages old, never new. The scripts
// are in nextjs/scripts.js.

// pathTag begins the tag of a path.
const pathTag = "_N_T_"

// mark names what is known about a tag.
func (n names) mark(tag string) string { return n.named("m:{", tag) }

const luaMark = `
local time = redis.call('TIME')
local m = redis.call('HMGET', KEYS[1], 'i', 'e', 's')
local now = math.max(time[1] * 1000000 + time[2], tonumber(m[2] or '0') + 1, tonumber(m[3] or '0') + 1)
local function set(field, n) redis.call('HSET', KEYS[1], field, string.format('%.0f', n)) end
if not m[1] then set('i', now) end
`

// outdateScript says that what has a tag is out of date, or is to be served
// once more for some seconds. It answers with 1 if somebody keeps something
// with it.
//
// ARGV: milliseconds of the mark, seconds or nothing.
var outdateScript = rueidis.NewLuaScript(luaOutdate)

const luaOutdate = luaRaise + luaMark + `
if ARGV[2] == '' then
  set('e', now)
else
  set('s', now)
  set('x', time[1] * 1000 + ARGV[2] * 1000)
end
raise(KEYS[1], ARGV[1])
return redis.call('HEXISTS', KEYS[1], 'n')
`

var _ revalidate.Outdater = (*Store)(nil)

// Outdate says to a Next.js front end which uses the same Redis that its pages
// with a tag, or its page at path, are out of date. While Redis is away, the
// error is [ErrAway].
func (s *Store) Outdate(ctx context.Context, tag, path string) (bool, error) {
	if tag == "" {
		tag = pathTag + path
	}
	known, err := s.script(ctx, outdateScript, []string{s.names.mark(tag)}, millis(s.orderTime()), "").AsBool()
	if err != nil {
		return false, fault(err)
	}
	return known, nil
}
