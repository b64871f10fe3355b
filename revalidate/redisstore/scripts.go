package redisstore

import "github.com/redis/rueidis"

// The scripts make what they do one step. Those about a page get the names of
// its order, its lease and itself, which share a slot. The order is a hash:
//
//	t  the latest ticket
//	i  the first ticket since this hash exists; what was before is not known
//	c  the ticket of the page that was stored last
//	f  until when that page is fresh, in milliseconds since 1970, -1 for ever
//
// Numbers stay below 2^53 (the year 2255 in microseconds), so that Lua keeps
// them exact.
const (
	luaRaise = `
local function raise(key, ttl)
  if redis.call('PTTL', key) < tonumber(ttl) then redis.call('PEXPIRE', key, ttl) end
end
`
	luaTicket = `
local function ticket(key)
  local time = redis.call('TIME')
  local t = time[1] * 1000000 + time[2]
  local last = tonumber(redis.call('HGET', key, 't') or '0')
  if t <= last then t = last + 1 end
  local text = string.format('%.0f', t)
  redis.call('HSET', key, 't', text)
  redis.call('HSETNX', key, 'i', text)
  return text
end
`
	luaNow = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`
	// told makes Redis say that a page has changed although it has not, so that
	// those who wait for the end of its render hear of it.
	luaTold = `
local function told(page)
  local left = redis.call('PTTL', page)
  if left >= 0 then
    redis.call('PEXPIRE', page, math.max(left, 1))
  elseif left == -2 then
    redis.call('SET', page, '', 'PX', 1)
    redis.call('DEL', page)
  end
end
`
)

// beginScript takes a ticket and the lease. It answers with the ticket; 0 if
// another process has the lease; minus the ticket of a page that will do and
// that the caller does not know: its own look at the page was too early; or "="
// and a ticket that nobody renders under, which is later than that of the render
// on demand that runs and earlier than that of the next.
//
// ARGV: which lease to take, lease, its milliseconds, those of the order, the
// caller's time, the ticket of the page that the caller knows. To a caller that
// may be told to wait for a render on demand, any later page will do; to one
// that looks for a free lease, one that is fresh.
var beginScript = rueidis.NewLuaScript(luaRaise + luaTicket + `
if ARGV[1] == '0' then
  if redis.call('EXISTS', KEYS[2]) == 1 then return '0' end
  local m = redis.call('HMGET', KEYS[1], 'c', 'f')
  if m[1] and m[2] and tonumber(m[1]) > tonumber(ARGV[6])
    and (m[2] == '-1' or tonumber(m[2]) >= tonumber(ARGV[5])) and redis.call('EXISTS', KEYS[3]) == 1 then
    return '-' .. m[1]
  end
end
if ARGV[1] == '2' and ARGV[6] ~= '0' then
  local c = redis.call('HGET', KEYS[1], 'c')
  if c and tonumber(c) > tonumber(ARGV[6]) and redis.call('EXISTS', KEYS[3]) == 1 then return '-' .. c end
end
local t = ticket(KEYS[1])
raise(KEYS[1], ARGV[4])
if ARGV[1] == '2' and string.sub(redis.call('GET', KEYS[2]) or '', 1, 1) == '` + onDemand + `' then return '=' .. t end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return t
`)

// momentScript answers with a ticket that nobody renders under.
//
// ARGV: milliseconds of the order.
var momentScript = rueidis.NewLuaScript(luaRaise + luaTicket + `
local t = ticket(KEYS[1])
raise(KEYS[1], ARGV[1])
return t
`)

// commitScript stores a page if no later one was stored and nothing is unknown
// about that: what Redis has lost since the ticket was taken may have held a
// later one. It answers with 1 if it did.
//
// ARGV: ticket, lease, page, milliseconds of the page and of the order, until
// when the page is fresh.
var commitScript = rueidis.NewLuaScript(luaRaise + luaTold + `
if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[2]) end
local m = redis.call('HMGET', KEYS[1], 'i', 'c')
local t = tonumber(ARGV[1])
if not m[1] or t < tonumber(m[1]) or (m[2] and t < tonumber(m[2])) then
  told(KEYS[3])
  return 0
end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
redis.call('HSET', KEYS[1], 'c', ARGV[1], 'f', ARGV[6])
raise(KEYS[1], ARGV[5])
return 1
`)

// keepScript gives a page another lifetime if it is still the same, and ends
// the lease if it is the caller's, in any case.
//
// ARGV: the page's ticket, lease, page, milliseconds of the page, until when it
// is fresh, until when it was.
var keepScript = rueidis.NewLuaScript(luaTold + `
if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[2]) end
local m = redis.call('HMGET', KEYS[1], 'c', 'f')
if ARGV[3] == '' or m[1] ~= ARGV[1] or m[2] ~= ARGV[6] or redis.call('EXISTS', KEYS[3]) == 0 then
  told(KEYS[3])
  return 0
end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
redis.call('HSET', KEYS[1], 'f', ARGV[5])
return 1
`)

// purgeScript removes a page and refuses those whose ticket was taken before.
//
// ARGV: milliseconds of the order.
var purgeScript = rueidis.NewLuaScript(luaPurge)

const luaPurge = luaRaise + luaTicket + `
local t = ticket(KEYS[1])
redis.call('HSET', KEYS[1], 'c', t)
redis.call('HDEL', KEYS[1], 'f')
raise(KEYS[1], ARGV[1])
redis.call('DEL', KEYS[3])
return 1
`

// renewScript prolongs a lease that is the caller's. ARGV: lease, milliseconds.
var renewScript = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`)

// releaseScript ends a lease that is the caller's. KEYS: lease, page. ARGV: lease.
var releaseScript = rueidis.NewLuaScript(luaTold + `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
told(KEYS[2])
return redis.call('DEL', KEYS[1])
`)

// listScript adds a member to a list that is sorted by when its members end, and
// to one that is sorted by name if there is a second. Some members that have
// ended go. ARGV: member, milliseconds.
var listScript = rueidis.NewLuaScript(luaRaise + luaNow + `
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now), 'LIMIT', 0, 64)
for _, key in ipairs(KEYS) do
  if #dead > 0 then redis.call('ZREM', key, unpack(dead)) end
end
local ends = now + ARGV[2]
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not before or tonumber(before) < ends then redis.call('ZADD', KEYS[1], string.format('%.0f', ends), ARGV[1]) end
if KEYS[2] then redis.call('ZADD', KEYS[2], 0, ARGV[1]) end
for _, key in ipairs(KEYS) do raise(key, ARGV[2]) end
return 1
`)

// liveScript answers with the members of a list that have not ended.
var liveScript = rueidis.NewLuaScript(luaLive)

const luaLive = luaNow + `
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', now), '+inf')
`
